// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import dev.graft.corpus.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells English from what is not, by function words. */
final class Foreign {
    private static final Pattern QUOTED =
            Pattern.compile("\"([^\"\\n]{8,300}+)\"|“([^”\\n]{8,300}+)”|«([^»\\n]{8,300}+)»|„([^“”\\n]{8,300}+)[“”]");
    private static final Pattern LETTERS = Pattern.compile("\\p{L}[\\p{L}\\p{M}’']*+");
    private static final int LEAST = 2;
    private static final int LEAD = 2;
    private static final int MOST_WORDS = 200;

    private Foreign() {}

    /** What stands in quotes and has more function words of other languages than of English. */
    static List<Span> quotes(String text) {
        List<Span> spans = new ArrayList<>();
        for (Matcher found = QUOTED.matcher(text); found.find(); ) {
            String quoted = found.group().substring(1, found.group().length() - 1);
            if (balance(quoted) < 0 && count(FunctionWords.FOREIGN, quoted) >= LEAST) {
                spans.add(new Span(found.start() + 1, found.end() - 1, "foreign"));
            }
        }
        return spans;
    }

    /** The function words of English less those of other languages. */
    private static int balance(String text) {
        return count(FunctionWords.ENGLISH, text) - count(FunctionWords.FOREIGN, text);
    }

    /**
     * The function words of English less those of other languages, as soon as English leads by {@value #LEAD}: in most texts
     * a few words tell.
     */
    static int balance(String text, List<Token> words) {
        int balance = 0;
        for (int i = 0; i < words.size() && i < MOST_WORDS && balance < LEAD; i++) {
            int is = FunctionWords.of(text, words.get(i).start(), words.get(i).end());
            balance += (is & FunctionWords.ENGLISH) != 0 ? 1 : (is & FunctionWords.FOREIGN) != 0 ? -1 : 0;
        }
        return balance;
    }

    /** Whether most of the words are written with Latin letters. */
    static boolean isLatin(String text, List<Token> words) {
        int latin = 0;
        int looked = Math.min(words.size(), MOST_WORDS);
        for (Token word : words.subList(0, looked)) {
            int first = text.codePointAt(word.start());
            latin += first < 0x250 || Character.UnicodeScript.of(first) == Character.UnicodeScript.LATIN ? 1 : 0;
        }
        return 2 * latin >= looked;
    }

    private static int count(int bit, String text) {
        int count = 0;
        for (Matcher word = LETTERS.matcher(text); word.find(); ) {
            count += (FunctionWords.of(text, word.start(), word.end()) & bit) != 0 ? 1 : 0;
        }
        return count;
    }
}
