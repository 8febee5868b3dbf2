// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The names of an adapter's classes, which PEFT does not store: {@code id2label} in {@code classifier.json}, as
 * {@code train} writes it, in {@code adapter_config.json} or in a {@code config.json} beside it, or what the
 * configuration says.
 */
final class LabelNames {
    private static final String ID2LABEL = "id2label";

    private LabelNames() {}

    /**
     * @param given by the configuration; empty where it says nothing
     * @return by the index of the class, each once
     * @throws AdapterException if nobody names the classes, or two do in different ways
     */
    static List<String> of(Path folder, List<String> given) {
        if (!given.isEmpty()) {
            requireNames(given, "labels");
        }
        for (String name :
                List.of(AdapterFolder.CLASSIFIER, AdapterFolder.CONFIG, AdapterHubFormat.HEAD_CONFIG, "config.json")) {
            Path file = folder.resolve(name);
            Optional<List<String>> found =
                    Files.exists(file) ? read(AdapterFolder.json(file), file.toString()) : Optional.empty();
            if (found.isPresent()) {
                if (!given.isEmpty() && !given.equals(found.get())) {
                    throw new AdapterException("labels is " + given + ", but " + file + " says " + found.get());
                }
                return found.get();
            }
        }
        if (given.isEmpty()) {
            throw new AdapterException(folder + " does not name the classes; allowed is id2label in "
                    + AdapterFolder.CLASSIFIER + ", " + AdapterFolder.CONFIG
                    + " or config.json, or labels = [...] in the order"
                    + " of the head's rows beside the adapter's path in the configuration");
        }
        return List.copyOf(given);
    }

    private static Optional<List<String>> read(JsonNode json, String place) {
        JsonNode names = json.path(ID2LABEL);
        if (names.isMissingNode() || names.isNull()) {
            return place.endsWith(AdapterHubFormat.HEAD_CONFIG) ? byId(json.path("label2id"), place) : Optional.empty();
        }
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if (!names.path(Integer.toString(i)).isTextual()) {
                throw new AdapterException(place + ": id2label is " + names + "; allowed are the ids 0 to "
                        + (names.size() - 1) + ", each with a text");
            }
            labels.add(names.get(Integer.toString(i)).asText());
        }
        requireNames(labels, place + ": id2label");
        JsonNode ids = json.path("label2id");
        for (int i = 0; !ids.isMissingNode() && !ids.isNull() && i < labels.size(); i++) {
            if (ids.size() != labels.size() || ids.path(labels.get(i)).asInt(-1) != i) {
                throw new AdapterException(
                        place + ": label2id is " + ids + "; allowed is the inverse of id2label " + names);
            }
        }
        return Optional.of(labels);
    }

    /** AdapterHub has the ids by the names alone. */
    private static Optional<List<String>> byId(JsonNode ids, String place) {
        SortedMap<Integer, String> names = new TreeMap<>();
        ids.fields().forEachRemaining(each -> names.put(each.getValue().asInt(-1), each.getKey()));
        if (names.isEmpty()) {
            return Optional.empty();
        }
        if (names.size() != ids.size() || names.firstKey() != 0 || names.lastKey() != names.size() - 1) {
            throw new AdapterException(place + ": label2id is " + ids + "; allowed are the ids from 0, each once");
        }
        return Optional.of(List.copyOf(names.values()));
    }

    private static void requireNames(List<String> labels, String place) {
        if (labels.isEmpty()
                || labels.stream().anyMatch(String::isBlank)
                || new HashSet<>(labels).size() < labels.size()) {
            throw new AdapterException(place + " is " + labels + "; allowed are names, each once");
        }
    }
}
