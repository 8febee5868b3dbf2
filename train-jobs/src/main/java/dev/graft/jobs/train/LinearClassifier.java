// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import dev.graft.corpus.Splitter;
import dev.graft.stats.Metrics;
import dev.graft.train.Example;
import dev.graft.train.HeadStart;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * MLlib's multinomial logistic regression on features that stand still.
 *
 * @param penalty of the squared weights, chosen by rows that the fit did not see
 * @param heldOut share of these rows that it gets right
 */
record LinearClassifier(LogisticRegressionModel model, double penalty, double heldOut) {
    /** The strongest first: of equals, the simpler one is taken. */
    private static final double[] PENALTIES = {1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5};

    private static final int ITERATIONS = 100;
    private static final double TOLERANCE = 1e-5;
    private static final double SHARE = 0.2;

    /** So many rows and fewer are one partition, whose sum does not depend on which task ends first. */
    private static final int ROWS = 10_000;

    /**
     * Rows by their features.
     *
     * @param vectors of each row
     * @param rows texts and classes
     * @param scaled whether the penalty sees each feature by its deviation: dense ones it should, rare words not
     */
    record Features(List<Vector> vectors, List<Example> rows, boolean scaled) {
        Features where(Predicate<Example> which) {
            int[] kept = IntStream.range(0, rows.size())
                    .filter(row -> which.test(rows.get(row)))
                    .toArray();
            return new Features(
                    IntStream.of(kept).mapToObj(vectors::get).toList(),
                    IntStream.of(kept).mapToObj(rows::get).toList(),
                    scaled);
        }
    }

    /**
     * Fits the training rows with the penalty that is best on the validation part; without one, on the fifth of the training
     * rows that the hash of the text takes, after which all of them are fitted.
     *
     * @param classes how many there are, 2 or more
     */
    static LinearClassifier fit(SparkSession spark, Features train, Features validation, int classes) {
        if (!validation.rows().isEmpty()) {
            return chosen(spark, train, validation, classes);
        }
        Predicate<Example> held = row -> Splitter.position(row.text()) < SHARE;
        Features rest = train.where(held.negate());
        Features heldOut = train.where(held);
        LinearClassifier chosen = rest.rows().isEmpty() || heldOut.rows().isEmpty()
                ? chosen(spark, train, train, classes)
                : chosen(spark, rest, heldOut, classes);
        return new LinearClassifier(
                fit(table(spark, train, classes), train.scaled(), chosen.penalty), chosen.penalty, chosen.heldOut);
    }

    private static LinearClassifier chosen(SparkSession spark, Features train, Features heldOut, int classes) {
        Dataset<Row> table = table(spark, train, classes).cache();
        try {
            List<LinearClassifier> fits = new ArrayList<>();
            for (double penalty : PENALTIES) {
                LogisticRegressionModel model = fit(table, train.scaled(), penalty);
                fits.add(new LinearClassifier(model, penalty, accuracy(model, heldOut)));
            }
            double most =
                    fits.stream().mapToDouble(LinearClassifier::heldOut).max().orElseThrow();
            return fits.stream()
                    .filter(each -> each.heldOut == most)
                    .findFirst()
                    .orElseThrow();
        } finally {
            table.unpersist();
        }
    }

    private static LogisticRegressionModel fit(Dataset<Row> table, boolean scaled, double penalty) {
        return new LogisticRegression()
                .setFamily("multinomial")
                .setStandardization(scaled)
                .setRegParam(penalty)
                .setMaxIter(ITERATIONS)
                .setTol(TOLERANCE)
                .fit(table);
    }

    private static Dataset<Row> table(SparkSession spark, Features features, int classes) {
        StructType columns = new StructType(new StructField[] {
            new StructField(
                    "label",
                    DataTypes.DoubleType,
                    false,
                    NominalAttribute.defaultAttr()
                            .withName("label")
                            .withNumValues(classes)
                            .toMetadata()),
            DataTypes.createStructField("features", SQLDataTypes.VectorType(), false)
        });
        List<Row> rows = IntStream.range(0, features.rows().size())
                .mapToObj(row -> RowFactory.create(
                        (double) features.rows().get(row).label(),
                        features.vectors().get(row)))
                .toList();
        return spark.createDataFrame(rows, columns).coalesce(1 + (rows.size() - 1) / ROWS);
    }

    private static double accuracy(LogisticRegressionModel model, Features features) {
        int right = 0;
        for (int row = 0; row < features.rows().size(); row++) {
            right += model.predict(features.vectors().get(row))
                            == features.rows().get(row).label()
                    ? 1
                    : 0;
        }
        return right / (double) features.rows().size();
    }

    /** As the head of a model that it was fitted on the vectors of. */
    HeadStart headStart() {
        float[] weight = new float[model.numClasses() * model.numFeatures()];
        float[] bias = new float[model.numClasses()];
        for (int i = 0; i < bias.length; i++) {
            bias[i] = (float) model.interceptVector().apply(i);
            for (int j = 0; j < model.numFeatures(); j++) {
                weight[i * model.numFeatures() + j] =
                        (float) model.coefficientMatrix().apply(i, j);
            }
        }
        return new HeadStart(weight, bias);
    }

    Metrics metrics(Features features) {
        return Metrics.of(
                features.rows().stream().mapToInt(Example::label).toArray(),
                features.vectors().stream()
                        .mapToInt(vector -> (int) model.predict(vector))
                        .toArray(),
                model.numClasses());
    }
}
