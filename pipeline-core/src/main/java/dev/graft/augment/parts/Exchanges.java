// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import dev.graft.text.FunctionWords;
import dev.graft.text.wordnet.WordNet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** English words that say little, with others that may stand in their place. */
public final class Exchanges {
    /**
     * @param notAfter words behind which none may
     * @param notBefore words before which none may; an empty one stands for the end of a clause
     */
    private record Others(List<String> words, Set<String> notAfter, Set<String> notBefore) {}

    /** Behind these "a" brings in something new, or says what a thing is: "there is a", "such a". */
    private static final Set<String> BRINGING_IN = words(
            "there is are was were 's be been being am 're 'm there's it's"
                    + " that's he's she's i'm you're such what quite rather many as like half had have has becomes become became");

    /** What is said of one's own people, "the brother came" of another's. */
    private static final String OF_ONES_OWN = "own god goodness brother sister mother father mom mum dad parents wife"
            + " husband son daughter uncle aunt cousin niece nephew grandmother grandfather grandma grandpa boss boyfriend"
            + " girlfriend partner friend friends kids children";

    private static final Map<String, Others> OTHERS = Map.ofEntries(
            exchange("my", "our the", "all of", OF_ONES_OWN),
            exchange("our", "my the", "all of", OF_ONES_OWN),
            exchange("your", "the", "all of", OF_ONES_OWN),
            exchange("their", "the", "all of", OF_ONES_OWN),
            Map.entry(
                    "a",
                    new Others(
                            List.of("the"),
                            BRINGING_IN,
                            words(
                                    "few little lot bit while row way result hurry sudden whole rule day week month year couple"))),
            Map.entry("an", new Others(List.of("the"), BRINGING_IN, Set.of())),
            exchange("these", "the those", "all", "few days"),
            exchange("those", "the these", "all", "few days"),
            exchange("very", "really extremely", "the this that a an", "same much first last"),
            exchange("extremely", "very really", "", ""),
            exchange("quite", "rather fairly", "not", "a an the so enough"),
            exchange("rather", "quite fairly", "would had 'd but or", "than a an the"),
            exchange("simply", "just", "put to more very quite", ""),
            exchange("because", "since as", "just not only", "of ,"),
            exchange("but", "yet", "nothing all anything everything none nobody anyone not can't cannot", "for not"),
            exchange("though", "although", "even as", ", ."),
            exchange("although", "though", "", ""),
            exchange("while", "whilst", "a the worth for little long", ""),
            exchange("until", "till", "", ""),
            exchange("maybe", "perhaps", "", ""),
            exchange("perhaps", "maybe", "", ""),
            exchange("please", "kindly", "to can't", "the him her them me us"),
            exchange("currently", "presently", "", ""),
            exchange("each", "every", "", ""),
            exchange("every", "each", "almost nearly not", "single now"),
            exchange("often", "frequently", "more how so too as", ""),
            exchange("anyone", "anybody", "", ""),
            exchange("anybody", "anyone", "", ""),
            exchange("someone", "somebody", "", ""),
            exchange("somebody", "someone", "", ""),
            exchange("everyone", "everybody", "", "of"),
            exchange("everybody", "everyone", "", ""));

    private Exchanges() {}

    private static Map.Entry<String, Others> exchange(String word, String others, String notAfter, String notBefore) {
        return Map.entry(word, new Others(List.of(others.split(" ")), words(notAfter), words(notBefore)));
    }

    private static Set<String> words(String list) {
        return list.isEmpty() ? Set.of() : Set.of(list.split(" "));
    }

    /**
     * Words in lower case that may stand for one between two others; empty where none may. "The" has none: "this" points at
     * something, and "a" brings in another.
     *
     * @param before the word or mark before it; empty where there is none
     * @param next the word or mark behind it; empty where there is none
     */
    public static List<String> of(String word, String before, String next) {
        String lower = word.toLowerCase(Locale.ROOT);
        Others others = OTHERS.get(lower);
        if (others == null
                || others.notAfter.contains(before.toLowerCase(Locale.ROOT))
                || others.notBefore.contains(next.toLowerCase(Locale.ROOT))) {
            return List.of();
        }
        boolean another = isDeterminer(lower) && !isNoun(next)
                || lower.startsWith("a") && lower.length() < 3 && next.endsWith("er") && WordNet.isAdjective(next);
        return another ? List.of() : others.words;
    }

    private static boolean isNoun(String next) {
        return !next.isEmpty()
                && Character.isLetter(next.charAt(0))
                && !FunctionWords.is(FunctionWords.BINDING | FunctionWords.LIGHT | FunctionWords.PREPOSITION, next);
    }

    private static boolean isDeterminer(String word) {
        return switch (word) {
            case "my", "our", "your", "their", "a", "an", "these", "those", "each", "every" -> true;
            default -> false;
        };
    }
}
