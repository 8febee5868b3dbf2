// SPDX-License-Identifier: Apache-2.0
package dev.graft.text.wordnet;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The files of WordNet 3.1 as they lie on the class path. */
final class WordNetFiles {
    private static final String FILES = "/net/sf/extjwnl/data/wordnet/wn31/";

    private WordNetFiles() {}

    private static BufferedReader open(String name) {
        InputStream in = WordNetFiles.class.getResourceAsStream(FILES + name);
        if (in == null) {
            throw new IllegalStateException(FILES + name + " is not on the class path");
        }
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
    }

    /** The lines of a file, without its licence. */
    static List<String> linesOf(String name) throws IOException {
        try (BufferedReader in = open(name)) {
            return in.lines().filter(line -> !line.startsWith(" ")).toList();
        }
    }

    /** What stands before the lines of each file. */
    static String licence() throws IOException {
        try (BufferedReader in = open("data.noun")) {
            StringBuilder text = new StringBuilder();
            for (String line = in.readLine(); line != null && line.startsWith(" "); line = in.readLine()) {
                text.append(line.replaceFirst("^ *\\d+ ?", "").stripTrailing()).append('\n');
            }
            return text.toString();
        }
    }
}
