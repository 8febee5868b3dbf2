// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.read;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.corpus.Document;
import dev.graft.corpus.InputException;
import dev.graft.corpus.Source;
import dev.graft.corpus.Span;
import dev.graft.corpus.Splitter;
import dev.graft.jobs.Inputs;
import dev.graft.jobs.Session;
import dev.graft.jobs.Storages;
import dev.graft.jobs.augment.schema.SpanColumn;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.storage.LocalStorage;
import dev.graft.storage.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** The first training rows, to look at. A local file of lines is read as it is; anything else by Spark. */
public record FirstRows(AugmentSettings settings) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * At most {@code rows} documents with a text.
     *
     * @throws InputException if there is none
     */
    public List<Document> documents(int rows) throws IOException {
        Source source = settings.recipe().corpus();
        Path file = Path.of(source.train());
        boolean lines = source.format() == Source.Format.JSONL || source.format() == Source.Format.TEXT;
        List<Document> found = lines && Files.isRegularFile(file) ? ofLines(source, file, rows) : bySpark(source, rows);
        if (found.isEmpty()) {
            throw new InputException("corpus.train: " + source.train() + " has no row with a text");
        }
        return found;
    }

    private static List<Document> ofLines(Source source, Path file, int rows) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.flatMap(line -> document(source, line).stream())
                    .limit(rows)
                    .toList();
        } catch (IOException | java.io.UncheckedIOException e) {
            throw new InputException("corpus.train: " + file + " can't be read: " + e.getMessage());
        }
    }

    private static Optional<Document> document(Source source, String line) {
        try {
            JsonNode row = source.format() == Source.Format.TEXT
                    ? JSON.createObjectNode().put(source.text(), line)
                    : JSON.readTree(line);
            String text = row.path(source.text()).asText("");
            String id = source.id().map(name -> row.path(name).asText("")).orElse(Splitter.contentId(text));
            String label =
                    source.label().map(name -> row.path(name).asText(null)).orElse(null);
            return text.isBlank() ? Optional.empty() : Optional.of(new Document(id, text, label, spans(source, row)));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static List<Span> spans(Source source, JsonNode row) {
        List<Span> spans = new ArrayList<>();
        source.spans()
                .ifPresent(name -> row.path(name)
                        .forEach(span -> spans.add(new Span(
                                span.path("start").asInt(),
                                span.path("end").asInt(),
                                span.path("label").asText()))));
        return spans;
    }

    private List<Document> bySpark(Source source, int rows) throws IOException {
        try (SparkSession spark = Session.start("graft preview")) {
            Inputs.of(spark, settings.recipe(), settings.files(), Storages.directory(spark, settings.recipe()));
            return new CorpusReader(spark, source, settings.recipe().maxChars())
                            .read(new Place(
                                    new LocalStorage(),
                                    Files.createTempDirectory("preview").toString()))
                            .rows()
                            .where(col("split").equalTo("train"))
                            .select(
                                    col("id"),
                                    col(source.text()),
                                    column(source.label(), DataTypes.StringType),
                                    column(source.spans(), SpanColumn.TYPE))
                            .limit(rows)
                            .collectAsList()
                            .stream()
                            .map(row -> new Document(
                                    row.getString(0), row.getString(1), row.getString(2), SpanColumn.spans(row, 3)))
                            .toList();
        }
    }

    private static Column column(Optional<String> name, DataType type) {
        return name.map(each -> col(each)).orElse(lit(null)).cast(type);
    }
}
