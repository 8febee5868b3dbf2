// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.read;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.xxhash64;

import dev.graft.corpus.Document;
import dev.graft.corpus.Source;
import dev.graft.jobs.Columns;
import dev.graft.jobs.augment.candidate.EditedTurns;
import dev.graft.jobs.augment.schema.SpanColumn;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.jobs.augment.setup.AugmentSettings.Work;
import dev.graft.storage.Place;
import dev.graft.text.TextAnalyzer;
import dev.graft.text.WordCounts;
import dev.graft.text.WordCounts.Tally;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/** The words of the training rows, counted in one pass where an operator asks for them. */
public final class CorpusVocabulary {
    /** Stays in the run. */
    public static final String FILE = "vocabulary.tsv";

    /** Of more rows so many are counted, about, by the hash of their id: words don't need more. */
    private static final long MOST_ROWS = 200_000;

    private static final long SHARES = 1_000_000;

    private CorpusVocabulary() {}

    /** The path of the counted words, if they are needed. */
    public static Optional<String> counted(
            SparkSession spark, AugmentSettings settings, Dataset<Row> documents, Place staging) {
        if (!settings.needsVocabulary()) {
            return Optional.empty();
        }
        Source source = settings.recipe().corpus();
        Column label = source.classes()
                .map(name -> Columns.named(name).cast("string"))
                .orElse(lit(null).cast("string"));
        Dataset<Row> train = documents.where(col("split").equalTo("train"));
        long rows = train.count();
        double share = MOST_ROWS / (double) Math.max(MOST_ROWS, rows);
        Work work = settings.work(Optional.empty(), Map.of());
        WordCounts counts = new WordCounts();
        train.where(pmod(xxhash64(col("id")), lit(SHARES)).lt((long) Math.ceil(share * SHARES)))
                .select(
                        Columns.named(source.text()),
                        label,
                        source.spans().map(Columns::named).orElse(lit(null)).cast(SpanColumn.TYPE))
                .toJavaRDD()
                .mapPartitionsToPair(some -> {
                    TextAnalyzer analyzer = new TextAnalyzer(work.section().protection());
                    WordCounts own = new WordCounts();
                    EditedTurns turns = new EditedTurns(work.edit());
                    some.forEachRemaining(row -> turns.documents(new Document(
                                    "",
                                    row.getString(0),
                                    row.getString(1),
                                    work.edit().isEmpty() ? List.of() : SpanColumn.spans(row, 2)))
                            .forEach(each -> own.add(analyzer.analyze(each))));
                    return own.tallies().entrySet().stream()
                            .map(each -> new Tuple2<>(each.getKey(), each.getValue()))
                            .iterator();
                })
                .reduceByKey(Tally::plus)
                .collect()
                .forEach(each -> counts.add(each._1(), each._2()));
        Place file = staging.at(FILE);
        try {
            file.write(counts.vocabulary().table().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("can't write " + file + ": " + e, e);
        }
        return Optional.of(file.uri());
    }
}
