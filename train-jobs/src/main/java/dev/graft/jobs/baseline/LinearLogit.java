// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.baseline;

import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.Metadata;

/**
 * A logit that is linear in features, fitted by MLlib.
 *
 * @param weights one for each feature
 */
public record LinearLogit(Vector weights, double bias) {
    private static final int ITERATIONS = 100;
    private static final double TOLERANCE = 1e-5;

    /**
     * Of a label, against all rows without it: binary logistic regression. One that all rows have, or none, gets the logit of its
     * share with half a row added to either side, which is finite.
     */
    public static <T> LinearLogit ofLabel(SparkSession spark, Features<T> train, Predicate<T> has, double penalty) {
        long with = train.rows().stream().filter(has).count();
        long without = train.rows().size() - with;
        if (with == 0 || without == 0) {
            int size = train.vectors().get(0).size();
            return new LinearLogit(
                    Vectors.sparse(size, new int[0], new double[0]), Math.log((with + 0.5) / (without + 0.5)));
        }
        LogisticRegressionModel model = new LogisticRegression()
                .setFamily("binomial")
                .setStandardization(train.scaled())
                .setRegParam(penalty)
                .setMaxIter(ITERATIONS)
                .setTol(TOLERANCE)
                .fit(train.table(spark, row -> has.test(row) ? 1 : 0, Metadata.empty()));
        return new LinearLogit(model.coefficients(), model.intercept());
    }

    /**
     * Of a number: ridge regression.
     *
     * @param penalty with numbers of deviation 1; MLlib divides what it is given by their deviation
     */
    public static <T> LinearLogit ofNumber(
            SparkSession spark, Features<T> train, ToDoubleFunction<T> number, double penalty) {
        double deviation = Math.sqrt(
                StatUtils.variance(train.rows().stream().mapToDouble(number).toArray()));
        LinearRegressionModel model = new LinearRegression()
                .setSolver("l-bfgs")
                .setStandardization(train.scaled())
                .setRegParam(penalty * deviation)
                .setMaxIter(ITERATIONS)
                .setTol(TOLERANCE)
                .fit(train.table(spark, number, Metadata.empty()));
        return new LinearLogit(model.coefficients(), model.intercept());
    }

    public double of(Vector features) {
        return weights.dot(features) + bias;
    }
}
