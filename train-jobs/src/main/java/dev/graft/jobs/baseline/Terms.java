// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.baseline;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.CountVectorizer;
import org.apache.spark.ml.feature.ElementwiseProduct;
import org.apache.spark.ml.feature.IDF;
import org.apache.spark.ml.feature.IDFModel;
import org.apache.spark.ml.feature.NGram;
import org.apache.spark.ml.feature.Normalizer;
import org.apache.spark.ml.feature.RegexTokenizer;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Texts as words and pairs of words, weighted by TF-IDF and of length 1; the terms are those of the training rows.
 *
 * @param counts texts to how often each term stands in them
 * @param weights of the terms: one more than MLlib's, as scikit-learn has them, so that what stands in most texts counts too
 */
public record Terms(SparkSession spark, PipelineModel counts, ElementwiseProduct weights) {
    private static final int MOST = 20_000;

    /** The fit holds some twenty vectors of terms times classes. */
    private static final int MOST_WEIGHTS = 2_000_000;

    /** @param classes that are fitted together, 1 or more */
    public static Terms of(SparkSession spark, List<String> train, int classes) {
        Dataset<Row> table = table(spark, train);
        PipelineModel counts = new Pipeline()
                .setStages(new PipelineStage[] {
                    new RegexTokenizer()
                            .setInputCol("text")
                            .setOutputCol("words")
                            .setGaps(false)
                            .setPattern("[\\p{L}\\p{M}\\p{N}]+|[^\\s\\p{L}\\p{M}\\p{N}]"),
                    new NGram().setN(2).setInputCol("words").setOutputCol("pairs"),
                    new SQLTransformer().setStatement("select concat(words, pairs) as terms from __THIS__"),
                    new CountVectorizer()
                            .setInputCol("terms")
                            .setOutputCol("counts")
                            .setVocabSize(Math.min(MOST, MOST_WEIGHTS / classes))
                })
                .fit(table);
        IDFModel idf = new IDF().setInputCol("counts").fit(counts.transform(table));
        double[] weights =
                Arrays.stream(idf.idf().toArray()).map(weight -> weight + 1).toArray();
        return new Terms(
                spark,
                counts,
                new ElementwiseProduct()
                        .setScalingVec(Vectors.dense(weights))
                        .setInputCol("counts")
                        .setOutputCol("weighted"));
    }

    public <T> Features<T> features(List<T> rows, Function<T, String> text) {
        Normalizer length = new Normalizer().setInputCol("weighted").setOutputCol("features");
        List<String> texts = rows.stream().map(text).toList();
        List<Row> vectors = length.transform(weights.transform(counts.transform(table(spark, texts))))
                .select("features")
                .collectAsList();
        return new Features<>(vectors.stream().map(row -> (Vector) row.get(0)).toList(), rows, false);
    }

    /** One partition keeps the order of the rows, and that in which terms are counted. */
    private static Dataset<Row> table(SparkSession spark, List<String> texts) {
        return spark.createDataset(texts, Encoders.STRING()).toDF("text").coalesce(1);
    }
}
