// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.read;

import static org.apache.spark.sql.functions.col;

import dev.graft.corpus.Document;
import dev.graft.jobs.Columns;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.jobs.augment.setup.AugmentSettings.Work;
import dev.graft.storage.Place;
import dev.graft.text.TextAnalyzer;
import dev.graft.text.Vocabulary;
import dev.graft.text.Vocabulary.Count;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/** The words of the training rows, counted in one pass where an operator draws from them. */
public final class CorpusVocabulary {
    /** Stays in the run. */
    public static final String FILE = "vocabulary.tsv";

    private CorpusVocabulary() {}

    /** The path of the counted words, if they are needed. */
    public static Optional<String> counted(
            SparkSession spark, AugmentSettings settings, Dataset<Row> documents, Place staging) {
        if (!settings.section().needsVocabulary()) {
            return Optional.empty();
        }
        Dataset<Row> train = documents.where(col("split").equalTo("train"));
        Work work = settings.work(Optional.empty(), Map.of());
        JavaRDD<String> texts = train.select(
                        Columns.named(settings.recipe().corpus().text()))
                .toJavaRDD()
                .map(row -> row.getString(0));
        List<Count> counts = texts.mapPartitionsToPair(rows -> {
                    TextAnalyzer analyzer = new TextAnalyzer(work.section().protection());
                    Map<String, long[]> counted = new HashMap<>();
                    rows.forEachRemaining(text -> {
                        Map<String, Integer> own = new HashMap<>();
                        Vocabulary.words(analyzer.analyze(new Document("", text, null)))
                                .forEach(word -> own.merge(word, 1, Integer::sum));
                        own.forEach((word, times) -> {
                            long[] both = counted.computeIfAbsent(word, any -> new long[2]);
                            both[0]++;
                            both[1] += times;
                        });
                    });
                    return counted.entrySet().stream()
                            .map(entry -> new Tuple2<>(entry.getKey(), entry.getValue()))
                            .iterator();
                })
                .reduceByKey((a, b) -> new long[] {a[0] + b[0], a[1] + b[1]})
                .map(entry -> new Count(entry._1(), entry._2()[0], entry._2()[1]))
                .top(Vocabulary.MOST_WORDS, new ByFrequency());
        Place file = staging.at(FILE);
        try {
            file.write(new Vocabulary(train.count(), counts).table().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("can't write " + file + ": " + e, e);
        }
        return Optional.of(file.uri());
    }

    /** Frequent words last, and of equally frequent ones the first of the alphabet. */
    private static final class ByFrequency implements java.util.Comparator<Count>, java.io.Serializable {
        private static final long serialVersionUID = 1;

        @Override
        public int compare(Count a, Count b) {
            int byOccurrences = Long.compare(a.occurrences(), b.occurrences());
            return byOccurrences != 0 ? byOccurrences : b.word().compareTo(a.word());
        }
    }
}
