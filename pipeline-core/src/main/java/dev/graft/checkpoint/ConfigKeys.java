// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The keys of a {@code config.json}; what is wrong with them is gathered and said at once. */
final class ConfigKeys {
    private static final double MOST_EPS = 0.01;

    private final JsonNode json;
    private final String place;
    private final List<String> problems = new ArrayList<>();

    /**
     * @param place the file, for the error
     */
    ConfigKeys(JsonNode json, String place) {
        this.json = json;
        this.place = place;
    }

    private boolean has(String key) {
        return json.has(key) && !json.get(key).isNull();
    }

    private void problem(String key, String allowed) {
        problems.add(key + " is " + (json.has(key) ? json.get(key) : "missing") + "; allowed is " + allowed);
    }

    /** A key whose other values would compute something else. */
    void only(String key, String allowed) {
        if (has(key) && !json.get(key).asText().equals(allowed)) {
            problem(key, allowed);
        }
    }

    /** Keys that would change the model if they were there and not false or empty. */
    void off(String... keys) {
        for (String key : keys) {
            JsonNode given = json.path(key);
            if (has(key)
                    && !(given.isBoolean() && !given.asBoolean())
                    && !(given.isContainerNode() && given.isEmpty())) {
                problem(key, "false, or to leave it out");
            }
        }
    }

    /** A whole number from 1 that must be there. */
    int size(String key) {
        JsonNode given = json.path(key);
        if (!given.isInt() || given.asInt() < 1) {
            problem(key, "a whole number from 1");
            return 1;
        }
        return given.asInt();
    }

    /** As {@link #size(String)}, of a key that may be missing. */
    int size(String key, int fallback) {
        return has(key) ? size(key) : fallback;
    }

    double eps(String key, double fallback) {
        double given = json.path(key).asDouble(fallback);
        if (has(key) && !(json.get(key).isNumber() && given > 0 && given <= MOST_EPS)) {
            problem(key, "a number above 0 and up to " + MOST_EPS);
        }
        return given;
    }

    double dropout(String key, double fallback) {
        double given = json.path(key).asDouble(fallback);
        if (has(key) && !(json.get(key).isNumber() && given >= 0 && given < 1)) {
            problem(key, "a number from 0 to under 1");
        }
        return given;
    }

    /** Heads share the width among them. */
    int heads(String key, String width, int size) {
        int heads = size(key);
        if (size % heads != 0) {
            problem(key, "a number that divides " + width + " " + size);
        }
        return heads;
    }

    /**
     * @throws CheckpointException with all that was wrong so far
     */
    void requireNoProblem() {
        if (!json.isObject()) {
            throw new CheckpointException(place + " is no JSON object");
        }
        if (!problems.isEmpty()) {
            throw new CheckpointException(place + ": " + String.join(", ", problems));
        }
    }
}
