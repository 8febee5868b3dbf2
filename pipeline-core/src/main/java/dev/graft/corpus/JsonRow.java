// SPDX-License-Identifier: Apache-2.0
package dev.graft.corpus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object: the columns that a source uses, and the others by themselves. NaN, which Python writes, is read as nothing in
 * a column that is used.
 */
record JsonRow(Map<String, JsonNode> used, ObjectNode rest) {
    /** Other columns that are nested more deeply are kept as the text of their JSON: no table has so many levels. */
    private static final int MOST_LEVELS = 16;

    static final ObjectMapper JSON = JsonMapper.builder(new JsonFactory())
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
            .build();

    /**
     * @param columns those that are used
     * @param passing those of them that pass on as others do, too
     * @throws InputException if it is no object, or has one of {@code columns} twice
     */
    static JsonRow parse(String line, Set<String> columns, Set<String> passing) {
        JsonRow row = new JsonRow(new HashMap<>(), JSON.createObjectNode());
        try (JsonParser parser = JSON.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new InputException("not a JSON object");
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                row.add(name, value(parser), columns, passing);
            }
            if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
                throw new InputException("not a JSON object");
            }
            return row;
        } catch (IOException e) {
            throw new InputException("not a JSON object");
        }
    }

    private static JsonNode value(JsonParser parser) throws IOException {
        return parser.currentToken() == JsonToken.VALUE_STRING
                ? TextNode.valueOf(parser.getText())
                : JSON.readTree(parser);
    }

    private void add(String name, JsonNode value, Set<String> columns, Set<String> passing) {
        boolean isUsed = columns.contains(name);
        if (isUsed && used.put(name, value) != null) {
            throw new InputException("the key \"" + name + "\" stands twice in the row");
        }
        if (!isUsed || passing.contains(name)) {
            rest.set(name, levels(value, MOST_LEVELS) ? value : TextNode.valueOf(write(value)));
        }
    }

    static String write(JsonNode value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was read can be written", e);
        }
    }

    private static boolean levels(JsonNode value, int most) {
        if (!value.isContainerNode()) {
            return true;
        }
        if (most == 0) {
            return false;
        }
        for (JsonNode inside : value) {
            if (!levels(inside, most - 1)) {
                return false;
            }
        }
        return true;
    }

    /** As {@link #text}; a list is the text of its JSON. */
    @Nullable
    String list(String column) {
        JsonNode value = used.get(column);
        return value != null && value.isArray() ? write(value) : text(column);
    }

    /**
     * The value of a column as text; null where there is none.
     *
     * @throws InputException if it is a list or an object
     */
    @Nullable
    String text(String column) {
        JsonNode value = used.get(column);
        if (value == null || value.isNull() || value.isDouble() && !Double.isFinite(value.doubleValue())) {
            return null;
        }
        if (value.isContainerNode()) {
            throw new InputException(column + " is " + RowRules.kind(value) + "; allowed is a text");
        }
        return value.asText();
    }
}
