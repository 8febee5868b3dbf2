// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.corpus.InputException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A column that says what is to be learnt of a text: some labels, or a number.
 *
 * @param name of the column
 * @param separator between the labels of a text; empty where each text is one label
 */
public record LabelColumn(String name, String separator) implements Serializable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * The labels of a row: a list of texts, such a list written as a text, or a text with separators. None is allowed.
     *
     * @throws InputException if it is something else, or nothing
     */
    public List<String> labels(JsonNode row) {
        JsonNode given = row.path(name);
        JsonNode list = given.isTextual() && given.asText().strip().startsWith("[") ? list(given) : given;
        List<String> labels = new ArrayList<>();
        if (list.isArray()) {
            for (JsonNode label : list) {
                if (!label.isTextual() || label.asText().isBlank()) {
                    throw refused(given);
                }
                labels.add(label.asText().strip());
            }
        } else if (list.isTextual()) {
            String[] parts = separator.isEmpty()
                    ? new String[] {list.asText()}
                    : list.asText().split(Pattern.quote(separator));
            for (String part : parts) {
                if (!part.isBlank()) {
                    labels.add(part.strip());
                }
            }
        } else {
            throw refused(given);
        }
        return labels;
    }

    private JsonNode list(JsonNode given) {
        try {
            return JSON.readTree(given.asText());
        } catch (JsonProcessingException e) {
            throw refused(given);
        }
    }

    private InputException refused(JsonNode given) {
        return new InputException(name + " is " + said(given) + "; allowed is a list of labels, [] for none"
                + (separator.isEmpty() ? "" : ", or a text of labels with \"" + separator + "\" between them"));
    }

    /**
     * The number of a row, be it written as a text.
     *
     * @throws InputException if it is none, or not finite
     */
    public float number(JsonNode row) {
        JsonNode given = row.path(name);
        double number = Double.NaN;
        if (given.isNumber()) {
            number = given.doubleValue();
        } else if (given.isTextual()) {
            try {
                number = Double.parseDouble(given.asText().strip());
            } catch (NumberFormatException e) {
                number = Double.NaN;
            }
        }
        if (!Float.isFinite((float) number)) {
            throw new InputException(name + " is " + said(given) + "; allowed is a number");
        }
        return (float) number;
    }

    private static String said(JsonNode given) {
        return given.isMissingNode() || given.isNull() ? "missing" : given.toString();
    }
}
