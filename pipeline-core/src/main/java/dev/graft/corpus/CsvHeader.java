// SPDX-License-Identifier: Apache-2.0
package dev.graft.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The first record of a CSV file: the names of its columns, without the spaces around them. */
record CsvHeader(List<String> names, @Nullable String spans) {
    CsvHeader {
        names = List.copyOf(names);
    }

    /** @throws InputException if a column that is used is not there, or there twice */
    static CsvHeader of(String file, CsvRecords.CsvRecord first, Source source) {
        if (first.problem() != null) {
            throw new InputException(file + ": its header has " + first.problem());
        }
        List<String> names = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (@Nullable String cell : first.cells()) {
            String name = cell == null ? "" : cell.strip();
            if (source.columns().contains(name) && taken.contains(name)) {
                throw new InputException(file + " has the column " + name + " twice; allowed is once");
            }
            String given = name.isEmpty() ? "column" : name;
            String free = name.isEmpty() ? "column_" + (names.size() + 1) : name;
            for (int number = 2; !taken.add(free); number++) {
                free = given + "_" + number;
            }
            names.add(free);
        }
        source.requireColumns(file, taken);
        return new CsvHeader(names, source.spans().orElse(null));
    }

    /** A cell of spans is JSON. */
    JsonRow row(List<@Nullable String> cells, Set<String> used, Set<String> passing) {
        Map<String, JsonNode> values = new HashMap<>();
        ObjectNode rest = JsonRow.JSON.createObjectNode();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            @Nullable String cell = cells.get(i);
            JsonNode value = cell == null ? NullNode.getInstance() : TextNode.valueOf(cell);
            if (used.contains(name)) {
                values.put(name, name.equals(spans) && cell != null ? json(name, cell) : value);
            }
            if (!used.contains(name) || passing.contains(name)) {
                rest.set(name, value);
            }
        }
        return new JsonRow(values, rest);
    }

    private static JsonNode json(String name, String cell) {
        try {
            return JsonRow.JSON.readTree(cell);
        } catch (IOException e) {
            throw new InputException(name + " is not JSON; allowed is a list of spans");
        }
    }
}
