// SPDX-License-Identifier: Apache-2.0
package dev.graft.corpus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the column of the label says of a text: {@code corpus.label-kind}. */
public enum LabelKind {
    /** The one class of it. */
    CLASS,
    /** Any number of labels: a list, kept as the text of its JSON, or a text that training cuts by a separator. */
    SEVERAL,
    /** A number. */
    NUMBER;

    /**
     * Why a row with the label is of no use; null where it is.
     *
     * @param allowed the labels that {@code corpus.labels} allows; where empty, any
     */
    @Nullable
    String reason(String label, List<String> allowed) {
        return switch (this) {
            case CLASS -> isAllowed(label, allowed) ? null : stranger(label);
            case SEVERAL -> label.stripLeading().startsWith("[") ? ofList(label, allowed) : null;
            case NUMBER -> isNumber(label) ? null : "label \"" + label + "\" is not a number";
        };
    }

    private static @Nullable String ofList(String label, List<String> allowed) {
        JsonNode list = list(label);
        if (!list.isArray()) {
            return "label " + label + " is not a list of texts";
        }
        for (JsonNode each : list) {
            if (!each.isTextual() || each.asText().isBlank()) {
                return "label " + label + " has " + each + "; allowed are texts that are not blank";
            }
            if (!isAllowed(each.asText(), allowed)) {
                return stranger(each.asText());
            }
        }
        return null;
    }

    private static JsonNode list(String label) {
        try {
            return JsonRow.JSON.readTree(label);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    private static boolean isAllowed(String label, List<String> allowed) {
        return allowed.isEmpty() || allowed.contains(label);
    }

    private static String stranger(String label) {
        return "label \"" + label + "\" is not one of corpus.labels";
    }

    private static boolean isNumber(String label) {
        try {
            return Float.isFinite(new BigDecimal(label.strip()).floatValue());
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
