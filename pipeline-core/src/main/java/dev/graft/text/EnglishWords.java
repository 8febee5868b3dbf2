// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What is a word of English, and what is but a name: the single words of WordNet 3.1 with their irregular forms, and function
 * words. Of a word that is listed, its regular forms are known too.
 */
public final class EnglishWords {
    /** What WordNet, which lists content words, and {@link StopWords} leave out. */
    private static final Set<String> FUNCTION_WORDS = Set.of(("aboard across against along although amid among amongst"
                    + " anybody anyone anything anyway around aside atop behind beneath beside besides beyond cannot concerning"
                    + " considering despite everybody everyone everything except following hence however inside instead like"
                    + " maybe near nevertheless nobody none nonetheless nor nothing notwithstanding onto ourselves outside per"
                    + " perhaps plus regarding since somebody someone something somewhere therefore thereby though thus till"
                    + " toward towards underneath unless unlike unto upon versus via whatever whenever whereas whereby wherever"
                    + " whether whichever whoever whom within without yourself ought oh ah um yeah yep wow ugh hmm"
                    + " app apps blog email emoji login logout offline online password selfie signup smartphone username website"
                    + " wifi")
            .split(" "));

    /** Names of people that WordNet has as other, rarer words. */
    private static final Set<String> GIVEN_NAMES = Set.of(
            "anna",
            "maria",
            "john",
            "timothy",
            "benjamin",
            "jack",
            "henry",
            "peter",
            "donna",
            "carol",
            "jean",
            "tom",
            "bob",
            "mike",
            "ben",
            "max",
            "oliver",
            "harry",
            "martin",
            "li",
            "ana");

    private static final int WORD = 1;
    private static final int NAME = 2;
    private static final int GIVEN_NAME = 4;
    private static final int SHORTEST_STEM = 2;
    /** What an {@link Ending} may end in. */
    private static final String LAST_LETTERS = "sdgrty";

    private EnglishWords() {}

    /** A way to make a form: what is taken off, and what stood there in the base. */
    private record Ending(String ending, String instead) {}

    private static final List<Ending> ENDINGS = List.of(
            new Ending("s", ""),
            new Ending("es", ""),
            new Ending("ies", "y"),
            new Ending("ed", ""),
            new Ending("ed", "e"),
            new Ending("ied", "y"),
            new Ending("ing", ""),
            new Ending("ing", "e"),
            new Ending("er", ""),
            new Ending("er", "e"),
            new Ending("ier", "y"),
            new Ending("est", ""),
            new Ending("est", "e"),
            new Ending("iest", "y"),
            new Ending("ly", ""));

    /** Read when it is first needed, once a JVM. */
    private static final class Shared {
        private static final WordBits WORDS = read();

        private static WordBits read() {
            Map<String, Integer> words = new HashMap<>();
            FUNCTION_WORDS.forEach(word -> add(words, WORD, word));
            GIVEN_NAMES.forEach(word -> add(words, GIVEN_NAME, word));
            try (InputStream in = EnglishWords.class.getResourceAsStream("words.txt")) {
                if (in == null) {
                    throw new IllegalStateException("dev/graft/text/words.txt is not on the class path");
                }
                new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))
                        .lines()
                        .forEach(word -> add(
                                words,
                                Character.isUpperCase(word.charAt(0)) ? NAME : WORD,
                                word.toLowerCase(Locale.ROOT)));
            } catch (IOException e) {
                throw new UncheckedIOException("dev/graft/text/words.txt can't be read: " + e, e);
            }
            return new WordBits(words);
        }

        private static void add(Map<String, Integer> words, int bit, String word) {
            words.merge(word, bit, (one, other) -> one | other);
        }
    }

    /** Whether a word, in any case, is English; a name that is no other word is not. */
    public static boolean contains(String word) {
        return contains(word, 0, word.length());
    }

    /** As {@link #contains(String)}, of the word that stands in a text. */
    public static boolean contains(String text, int start, int end) {
        if ((Shared.WORDS.of(text, start, end) & WORD) != 0
                || (FunctionWords.of(text, start, end) & FunctionWords.STOP) != 0
                || Scan.isGuarded(text.substring(start, end))) {
            return true;
        }
        if (end == start || LAST_LETTERS.indexOf(text.charAt(end - 1) | 0x20) < 0) {
            return false;
        }
        for (Ending each : ENDINGS) {
            int stem = end - each.ending.length();
            if (stem - start >= SHORTEST_STEM
                    && ends(text, stem, each.ending)
                    && (Shared.WORDS.of(text, start, stem, each.instead) & WORD) != 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean ends(String text, int at, String ending) {
        for (int i = ending.length() - 1; i >= 0; i--) {
            if ((text.charAt(at + i) | 0x20) != ending.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a word with a large letter is a name even where it opens a sentence: no word of English, or hardly. */
    public static boolean isNameLarge(String text, int start, int end) {
        if ((FunctionWords.of(text, start, end) & FunctionWords.STOP) != 0) {
            return false;
        }
        int is = Shared.WORDS.of(text, start, end);
        return (is & GIVEN_NAME) != 0 || (end - start > 3 && (is & NAME) != 0) || !contains(text, start, end);
    }

    /** Whether WordNet knows a word only with a large letter: "London", "Monday". */
    public static boolean isName(String text, int start, int end) {
        return (Shared.WORDS.of(text, start, end) & (NAME | WORD)) == NAME;
    }
}
