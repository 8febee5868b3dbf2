// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import dev.graft.corpus.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A user's table from a word to others: a dictionary, a list of misspellings. In each line a word, a tab, and one or more
 * others with commas between; a line that starts with # is a comment.
 */
public final class WordTable {
    private final Map<String, List<String>> others;

    private WordTable(Map<String, List<String>> others) {
        this.others = others;
    }

    /**
     * @throws InputException if the file can't be read or a line is not of that form; the message names file and line
     */
    public static WordTable read(Path file) {
        Map<String, List<String>> others = new HashMap<>();
        try {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                String[] columns = line.split("\t", -1);
                List<String> values = Stream.of(columns[columns.length - 1].split(","))
                        .map(String::strip)
                        .filter(value -> !value.isEmpty())
                        .toList();
                if (columns.length != 2 || columns[0].isBlank() || values.isEmpty()) {
                    throw new InputException(file + ":" + (i + 1) + ": given \"" + line
                            + "\"; allowed is a word, a tab, and others with commas between");
                }
                others.computeIfAbsent(key(columns[0].strip()), word -> new ArrayList<>())
                        .addAll(values);
            }
        } catch (IOException e) {
            throw new InputException(file + " can't be read: " + e);
        }
        return new WordTable(others);
    }

    /** The others of a word, in any case; empty where the table has none. */
    public List<String> of(String word) {
        return others.getOrDefault(key(word), List.of());
    }

    private static String key(String word) {
        return word.toLowerCase(Locale.ROOT);
    }
}
