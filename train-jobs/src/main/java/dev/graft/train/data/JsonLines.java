// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.corpus.InputException;
import dev.graft.corpus.Lines;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Files of a JSON object a line. */
public final class JsonLines {
    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonLines() {}

    /**
     * A row that can't be used.
     *
     * @param place file:line
     * @param reason what is given and what is allowed
     */
    public record Refused(String place, String reason) {}

    /**
     * Reads rows. A blank line is none.
     *
     * @param reader of a row and its place, file:line; what it refuses by an exception of the input goes to {@code refused}
     * @param most rows that are read
     */
    public static <T> List<T> read(Path file, int most, BiFunction<JsonNode, String, T> reader, List<Refused> refused) {
        return read(file, most, JsonLines::object, reader, refused);
    }

    /**
     * As {@link #read}, of a file whose lines are texts.
     *
     * @param column that a text is given as
     */
    public static <T> List<T> texts(
            Path file, String column, int most, BiFunction<JsonNode, String, T> reader, List<Refused> refused) {
        return read(file, most, line -> JSON.createObjectNode().put(column, decoded(line)), reader, refused);
    }

    private static <T> List<T> read(
            Path file,
            int most,
            Function<Lines.Line, JsonNode> parser,
            BiFunction<JsonNode, String, T> reader,
            List<Refused> refused) {
        List<T> rows = new ArrayList<>();
        try (InputStream bytes = Files.newInputStream(file)) {
            Lines lines = new Lines(file.toString(), bytes, StandardCharsets.UTF_8);
            for (int number = 1; lines.hasNext() && rows.size() < most; number++) {
                Lines.Line line = lines.next();
                String place = file.getFileName() + ":" + number;
                try {
                    if (!line.text().isBlank()) {
                        rows.add(reader.apply(parser.apply(line), place));
                    }
                } catch (InputException | CheckpointException e) {
                    refused.add(new Refused(place, String.valueOf(e.getMessage())));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file + ": " + e, e);
        }
        return rows;
    }

    private static String decoded(Lines.Line line) {
        if (!line.utf8()) {
            throw new InputException("not UTF-8");
        }
        return line.text();
    }

    private static JsonNode object(Lines.Line line) {
        try {
            JsonNode row = JSON.readTree(decoded(line));
            if (row.isObject()) {
                return row;
            }
        } catch (JsonProcessingException e) {
            throw new InputException("not a JSON object: " + e.getOriginalMessage());
        }
        throw new InputException("not a JSON object");
    }
}
