// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import dev.graft.text.FunctionWords;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** English words that say little, with others that may stand in their place. */
public final class Exchanges {
    private static final Map<String, List<String>> OTHERS = Map.ofEntries(
            Map.entry("my", List.of("our", "the")),
            Map.entry("our", List.of("my", "the")),
            Map.entry("your", List.of("the")),
            Map.entry("their", List.of("the")),
            Map.entry("a", List.of("the")),
            Map.entry("an", List.of("the")),
            Map.entry("these", List.of("the", "those")),
            Map.entry("those", List.of("the", "these")),
            Map.entry("the", List.of("this")),
            Map.entry("very", List.of("really", "quite", "extremely", "so")),
            Map.entry("extremely", List.of("very", "really")),
            Map.entry("quite", List.of("rather", "fairly")),
            Map.entry("rather", List.of("quite", "fairly")),
            Map.entry("just", List.of("simply")),
            Map.entry("simply", List.of("just")),
            Map.entry("because", List.of("since", "as")),
            Map.entry("but", List.of("yet")),
            Map.entry("though", List.of("although")),
            Map.entry("although", List.of("though")),
            Map.entry("while", List.of("whilst")),
            Map.entry("until", List.of("till")),
            Map.entry("maybe", List.of("perhaps")),
            Map.entry("perhaps", List.of("maybe")),
            Map.entry("please", List.of("kindly")),
            Map.entry("kindly", List.of("please")),
            Map.entry("currently", List.of("presently")),
            Map.entry("each", List.of("every")),
            Map.entry("every", List.of("each")),
            Map.entry("often", List.of("frequently")),
            Map.entry("however", List.of("nevertheless")),
            Map.entry("anyone", List.of("anybody")),
            Map.entry("anybody", List.of("anyone")),
            Map.entry("someone", List.of("somebody")),
            Map.entry("somebody", List.of("someone")),
            Map.entry("everyone", List.of("everybody")),
            Map.entry("everybody", List.of("everyone")),
            Map.entry("about", List.of("regarding", "concerning")));

    private Exchanges() {}

    /**
     * Words in lower case that may stand for one before {@code next}; empty where none may.
     *
     * @param next the word behind it; empty where there is none
     */
    public static List<String> of(String word, String next) {
        String lower = word.toLowerCase(Locale.ROOT);
        List<String> others = OTHERS.getOrDefault(lower, List.of());
        if (!isDeterminer(lower)) {
            return others;
        }
        boolean noun = !next.isEmpty() && !FunctionWords.is(FunctionWords.BINDING | FunctionWords.LIGHT, next);
        boolean plural = next.endsWith("s") && !next.endsWith("ss");
        return !noun
                ? List.of()
                : others.stream().filter(other -> fits(other, plural)).toList();
    }

    private static boolean isDeterminer(String word) {
        return switch (word) {
            case "my", "our", "your", "their", "a", "an", "this", "these", "those", "the" -> true;
            default -> false;
        };
    }

    private static boolean fits(String determiner, boolean plural) {
        return !plural || !determiner.equals("this");
    }
}
