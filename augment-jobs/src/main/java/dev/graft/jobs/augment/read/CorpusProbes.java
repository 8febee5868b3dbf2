// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.read;

import static org.apache.spark.sql.functions.col;

import dev.graft.corpus.Document;
import dev.graft.jobs.Columns;
import dev.graft.jobs.Storages;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.nn.engine.Threads;
import dev.graft.random.Seeds;
import dev.graft.storage.Place;
import dev.graft.task.FoldProbes;
import dev.graft.task.SentenceEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The classifiers of the folds of the training rows, fitted where the filter {@code cross-fit} asks for them. */
public final class CorpusProbes {
    /** Stays in the run, so that filters are applied to it again by the same. */
    public static final String FILE = "cross-fit.json";

    /** Of more rows so many are learnt from, by a hash of their id. */
    private static final int MOST_ROWS = 5000;

    private static final int FOLDS = 5;
    private static final int TOKENS = 256;
    private static final int TEXTS = 500;

    private CorpusProbes() {}

    /** The path of the classifiers, if they are needed; texts are embedded by tasks. */
    public static Optional<String> fitted(
            SparkSession spark, AugmentSettings settings, Dataset<Row> documents, Place staging) {
        if (!settings.section().crossFits()) {
            return Optional.empty();
        }
        String label = settings.recipe().corpus().label().orElseThrow();
        List<Document> rows = some(documents
                .where(col("split").equalTo("train"))
                .where(Columns.named(label).isNotNull())
                .select(
                        col("id"),
                        Columns.named(settings.recipe().corpus().text()),
                        Columns.named(label).cast("string"))
                .collectAsList()
                .stream()
                .map(row -> new Document(row.getString(0), row.getString(1), row.getString(2)))
                .toList());
        List<ArrayList<String>> pieces = new ArrayList<>();
        for (int from = 0; from < rows.size(); from += TEXTS) {
            pieces.add(new ArrayList<>(rows.subList(from, Math.min(rows.size(), from + TEXTS)).stream()
                    .map(Document::text)
                    .toList()));
        }
        String model = settings.recipe().model();
        List<float[]> embeddings = new ArrayList<>();
        JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(pieces, Math.max(1, pieces.size()))
                .map(piece -> new ArrayList<>(embedded(model, piece)))
                .collect()
                .forEach(embeddings::addAll);
        try {
            Place file = staging.at(FILE);
            file.write(FoldProbes.fit(rows, embeddings, FOLDS).json());
            return Optional.of(file.uri());
        } catch (IOException e) {
            throw new UncheckedIOException("can't write " + staging.at(FILE) + ": " + e, e);
        }
    }

    /** As {@link #fitted(SparkSession, AugmentSettings, Dataset, Place)}, of rows at hand, in a file that goes with the JVM. */
    public static Optional<Path> fitted(AugmentSettings settings, List<Document> documents) throws IOException {
        if (!settings.section().crossFits()) {
            return Optional.empty();
        }
        List<Document> rows = some(documents);
        List<float[]> embeddings = embedded(
                settings.recipe().model(), rows.stream().map(Document::text).toList());
        Path file = Files.createTempFile("cross-fit", ".json");
        file.toFile().deleteOnExit();
        return Optional.of(
                Files.write(file, FoldProbes.fit(rows, embeddings, FOLDS).json()));
    }

    private static List<Document> some(List<Document> rows) {
        return rows.stream()
                .filter(row -> row.label() != null)
                .sorted(Comparator.comparingLong((Document row) -> Seeds.document(MOST_ROWS, row.id()))
                        .thenComparing(Document::id))
                .limit(MOST_ROWS)
                .toList();
    }

    private static List<float[]> embedded(String model, List<String> texts) {
        try (SentenceEncoder encoder = new SentenceEncoder(Storages.model(model), TOKENS)) {
            Threads.one();
            return encoder.embed(texts);
        }
    }
}
