// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import dev.graft.jobs.baseline.Features;
import dev.graft.jobs.baseline.PenaltySearch;
import dev.graft.stats.Metrics;
import dev.graft.train.Example;
import dev.graft.train.HeadStart;
import java.util.List;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.SparkSession;

/**
 * MLlib's multinomial logistic regression on features that stand still.
 *
 * @param penalty of the squared weights, chosen by rows that the fit did not see
 * @param heldOut share of these rows that it gets right
 */
record LinearClassifier(LogisticRegressionModel model, double penalty, double heldOut) {
    private static final int ITERATIONS = 100;
    private static final double TOLERANCE = 1e-5;

    /** @param classes how many there are, 2 or more */
    static LinearClassifier fit(
            SparkSession spark, Features<Example> train, Features<Example> validation, int classes) {
        PenaltySearch.Found<LogisticRegressionModel> found = new Search(spark, classes).fitted(train, validation);
        return new LinearClassifier(found.model(), found.penalty(), found.score());
    }

    private record Search(SparkSession spark, int classes) implements PenaltySearch<Example, LogisticRegressionModel> {
        @Override
        public List<Double> penalties() {
            return List.of(1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5);
        }

        @Override
        public String text(Example row) {
            return row.text();
        }

        @Override
        public LogisticRegressionModel fit(Features<Example> train, double penalty) {
            return new LogisticRegression()
                    .setFamily("multinomial")
                    .setStandardization(train.scaled())
                    .setRegParam(penalty)
                    .setMaxIter(ITERATIONS)
                    .setTol(TOLERANCE)
                    .fit(train.table(
                            spark,
                            Example::label,
                            NominalAttribute.defaultAttr()
                                    .withName("label")
                                    .withNumValues(classes)
                                    .toMetadata()));
        }

        @Override
        public double score(LogisticRegressionModel model, Features<Example> heldOut) {
            int right = 0;
            for (int row = 0; row < heldOut.rows().size(); row++) {
                Vector features = heldOut.vectors().get(row);
                right += model.predict(features) == heldOut.rows().get(row).label() ? 1 : 0;
            }
            return right / (double) heldOut.rows().size();
        }
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

    Metrics metrics(Features<Example> features) {
        return Metrics.of(
                features.rows().stream().mapToInt(Example::label).toArray(),
                features.vectors().stream()
                        .mapToInt(vector -> (int) model.predict(vector))
                        .toArray(),
                model.numClasses());
    }
}
