// SPDX-License-Identifier: Apache-2.0
package dev.graft.text.wordnet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.text.EnglishWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The list of words is made from WordNet's files; {@code -Dgraft.write=true} rewrites it. */
class EnglishWordsTest {
    private static final Path FILE = Path.of("src/main/resources/dev/graft/text/words.txt");

    @Test
    void theFileIsWhatWordNetHas() throws IOException {
        List<String> words = words();
        if (Boolean.getBoolean("graft.write")) {
            Files.write(FILE, words);
        }
        assertThat(Files.readAllLines(FILE)).isEqualTo(words);
    }

    /**
     * Single words of two letters or more. A name stands there with its large letter, unless the word has two other
     * meanings or more.
     */
    private static List<String> words() throws IOException {
        TreeSet<String> small = new TreeSet<>(List.of("a", "i"));
        TreeSet<String> large = new TreeSet<>();
        Map<String, Integer> meanings = new HashMap<>();
        for (PartOfSpeech part : PartOfSpeech.values()) {
            for (String line : WordNetFiles.linesOf("data." + part.file)) {
                String[] fields = line.split(" ", -1);
                int members = Integer.parseInt(fields[3], 16);
                for (int i = 0; i < members; i++) {
                    String word = fields[4 + 2 * i].replaceFirst("\\(.*", "");
                    if (word.matches("[a-z]{2,}")) {
                        small.add(word);
                        meanings.merge(word, 1, Integer::sum);
                    } else if (word.matches("[A-Z][a-z]+")) {
                        large.add(word);
                    }
                }
            }
            for (String line : WordNetFiles.linesOf(part.file + ".exc")) {
                String form = line.split(" ", -1)[0];
                if (form.matches("[a-z]{2,}")) {
                    small.add(form);
                }
            }
        }
        large.removeIf(name -> meanings.getOrDefault(name.toLowerCase(Locale.ROOT), 0) > 1);
        List<String> words = new ArrayList<>(large);
        words.addAll(small);
        return words;
    }

    @Test
    void aNameMayBeAnotherWordToo() {
        assertThat(List.of("Berlin", "Anna", "Siobhan", "Ryanair"))
                .allMatch(word -> EnglishWords.isNameLarge(word, 0, word.length()));
        assertThat(List.of("The", "Price", "Please", "Delivery"))
                .noneMatch(word -> EnglishWords.isNameLarge(word, 0, word.length()));
        assertThat(EnglishWords.isName("berlin", 0, 6)).isFalse();
    }

    @Test
    void knowsWordsWithTheirForms() {
        assertThat(List.of(
                        "form", "farm", "running", "cities", "the", "not", "Tried", "bigger", "because", "went", "a"))
                .allMatch(EnglishWords::contains);
        assertThat(List.of("teh", "frm", "numebr", "London", "spurada", "")).noneMatch(EnglishWords::contains);
        assertThat(List.of("London", "london", "Monday")).allMatch(word -> EnglishWords.isName(word, 0, word.length()));
        assertThat(List.of("form", "Teh", "Table")).noneMatch(word -> EnglishWords.isName(word, 0, word.length()));
    }
}
