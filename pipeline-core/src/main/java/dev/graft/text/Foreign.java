// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import dev.graft.corpus.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells English from what is not, by function words. */
final class Foreign {
    private static final Pattern QUOTED =
            Pattern.compile("\"([^\"\\n]{8,300}+)\"|“([^”\\n]{8,300}+)”|«([^»\\n]{8,300}+)»|„([^“”\\n]{8,300}+)[“”]");
    private static final Pattern LETTERS = Pattern.compile("\\p{L}[\\p{L}\\p{M}’']*+");
    /** Frequent in English, and in no other language among the first. */
    private static final Set<String> ENGLISH = Set.of(
            ("the and of to is are you your my it its it's that this these those with for have has what which when"
                            + " where who why how not don't can't i'm i've there they their we our he she his her from but be been"
                            + " would could should will can at by if about please did does do had into than then out up get got just"
                            + " any some an as or")
                    .split(" "));
    /** Function words of languages that are written with Latin letters, none of them English. */
    private static final Set<String> OTHERS = Set.of(
            ("der das und ist nicht ich ein eine einen einer mit auf für von den dem zu wir sie es bitte sich auch"
                            + " wird haben mein meine noch kein keine aber oder wie schlafen le la les des une est pas je ne que qui"
                            + " dans pour sur avec vous nous ma mon cette plus il elle ce el los las del por con para una muy pero"
                            + " mi su se lo en y como esta este hay che di per non sono della questo mia gli è nel anche het een"
                            + " niet van dat voor met zijn maar ik naar ook op aan não uma os com mais meu minha foi são você och"
                            + " att det som jag inte är på av om til ikke og jeg nie jest się na że jak ale w z bir ve bu için çok"
                            + " değil")
                    .split(" "));

    private static final int LEAST = 2;
    private static final int LEAD = 2;
    private static final int MOST_WORDS = 200;

    private Foreign() {}

    /** What stands in quotes and has more function words of other languages than of English. */
    static List<Span> quotes(String text) {
        List<Span> spans = new ArrayList<>();
        for (Matcher found = QUOTED.matcher(text); found.find(); ) {
            String quoted = found.group().substring(1, found.group().length() - 1);
            if (balance(quoted) < 0 && count(OTHERS, quoted) >= LEAST) {
                spans.add(new Span(found.start() + 1, found.end() - 1, "foreign"));
            }
        }
        return spans;
    }

    /** The function words of English less those of other languages. */
    private static int balance(String text) {
        return count(ENGLISH, text) - count(OTHERS, text);
    }

    /**
     * The function words of English less those of other languages, as soon as English leads by {@value #LEAD}: in most texts
     * a few words tell.
     */
    static int balance(String text, List<Token> words) {
        int balance = 0;
        for (int i = 0; i < words.size() && i < MOST_WORDS && balance < LEAD; i++) {
            String word =
                    text.substring(words.get(i).start(), words.get(i).end()).toLowerCase(Locale.ROOT);
            balance += ENGLISH.contains(word) ? 1 : OTHERS.contains(word) ? -1 : 0;
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

    private static int count(Set<String> words, String text) {
        int count = 0;
        for (Matcher word = LETTERS.matcher(text); word.find(); ) {
            count += words.contains(word.group().toLowerCase(Locale.ROOT)) ? 1 : 0;
        }
        return count;
    }
}
