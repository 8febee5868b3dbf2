// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.duplicates;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.udf;

import dev.graft.config.Settings;
import dev.graft.filter.NGrams;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Filters that compare rows with each other: near duplicates among the rows that may stay, and training rows that overlap
 * with evaluation rows. How similar two rows are {@link MinHash} tells.
 *
 * @param nearDuplicates {@code near-duplicates.max}: a copy that is more similar to a training row or another copy is
 *     dropped; from 0 to 1
 * @param nGram {@code decontamination.n-gram}: a training row or copy that shares a run of so many words with an
 *     evaluation row is dropped; default 13
 * @param contamination {@code decontamination.max-similarity}, default 0.8: as is one that is more similar to it
 */
public record Overlap(Optional<Double> nearDuplicates, Optional<Integer> nGram, double contamination) {
    public static Overlap read(Settings filters) {
        Settings near = filters.section("near-duplicates");
        Settings decontamination = filters.section("decontamination");
        return new Overlap(
                filters.has("near-duplicates") ? Optional.of(near.number("max", 0.9, 0, 1)) : Optional.empty(),
                filters.has("decontamination")
                        ? Optional.of(decontamination.integer("n-gram", 13, 1, 1000))
                        : Optional.empty(),
                decontamination.number("max-similarity", 0.8, 0, 1));
    }

    public boolean isOff() {
        return nearDuplicates.isEmpty() && nGram.isEmpty();
    }

    /**
     * @param rows {@code rank} (long, unique, the less the likelier to stay), {@code text} and {@code kind} (0 evaluation,
     *     1 training row, 2 copy) of all rows that may stay
     * @return {@code _rank} and {@code _overlap}, the reason, of those that do not
     */
    public Optional<Dataset<Row>> losers(Dataset<Row> rows) {
        if (isOff()) {
            return Optional.empty();
        }
        MinHash similar = new MinHash(rows);
        Dataset<Row> none = rows.limit(0).select(col("rank"), lit("").as("reason"));
        Dataset<Row> near = nearDuplicates
                .map(max -> similar.pairs("kind > 0", "kind = 2", max)
                        .where(col("other").lt(col("rank")))
                        .select(col("rank"), lit("near-duplicate").as("reason")))
                .orElse(none);
        Dataset<Row> contaminated = nGram.map(n -> shared(rows, n)
                        .union(similar.pairs("kind = 0", "kind > 0", contamination)
                                .select("rank"))
                        .distinct()
                        .withColumn("reason", lit("contaminated")))
                .orElse(none);
        return Optional.of(contaminated
                .union(near)
                .groupBy(col("rank").as("_rank"))
                .agg(min("reason").as("_overlap")));
    }

    /** The training rows and copies that share a run of {@code n} words with an evaluation row. */
    private static Dataset<Row> shared(Dataset<Row> rows, int n) {
        UserDefinedFunction grams = udf(
                (UDF1<String, long[]>) text -> NGrams.words(text, n), DataTypes.createArrayType(DataTypes.LongType));
        Dataset<Row> all = rows.select(
                col("rank"), col("kind"), explode(grams.apply(col("text"))).as("gram"));
        return all.where("kind > 0")
                .join(all.where("kind = 0").select("gram").distinct(), ON_GRAM, "left_semi")
                .select("rank");
    }

    private static final scala.collection.immutable.Seq<String> ON_GRAM =
            CollectionConverters.asScala(List.of("gram")).toList();
}
