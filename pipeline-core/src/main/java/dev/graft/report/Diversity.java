// SPDX-License-Identifier: Apache-2.0
package dev.graft.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How much texts vary, in shares from 0 to 1 of lower-cased words and punctuation marks. With more texts distinct-n falls
 * and self-BLEU rises, so only figures of about as many texts can be compared.
 *
 * @param texts looked at
 * @param distinct1 distinct words by all words of all texts (Li et al. 2016, section 5)
 * @param distinct2 the same of pairs of neighbouring words, by all pairs, so that it can reach 1; 0 where there is none
 * @param typeTokenRatio what distinct-1 does not tell, how little each text repeats itself: distinct words by all words
 *     in a window of {@value #WINDOW} words that moves over the text, so that long texts are not lower than short ones
 *     (Covington and McFall 2010), and the mean over the texts; a shorter text is one window
 * @param selfBleu BLEU-4 of each text with all others as its references, and the mean over the texts (Zhu et al. 2018,
 *     section 3); runs of which no reference has one are smoothed by method 1 of Chen and Cherry 2014 with
 *     epsilon {@value #EPSILON}, as there; null where there is no other text
 */
public record Diversity(
        int texts,
        double distinct1,
        double distinct2,
        double typeTokenRatio,
        @Nullable Double selfBleu) {
    private static final int WINDOW = 50;
    private static final int LONGEST_RUN = 4;
    private static final double EPSILON = 0.1;

    /** Words with their inner hyphens and apostrophes; each ideograph and each other visible char is one of its own. */
    private static final Pattern WORD = Pattern.compile(
            "\\p{IsIdeographic}|[\\p{L}\\p{M}\\p{N}&&\\P{IsIdeographic}]+(?:['’-][\\p{L}\\p{M}\\p{N}&&\\P{IsIdeographic}]+)*|\\S");

    public Diversity {
        if (texts < 1) {
            throw new IllegalArgumentException("diversity of " + texts + " texts; allowed is at least one text");
        }
        requireShare("distinct-1", distinct1);
        requireShare("distinct-2", distinct2);
        requireShare("type-token ratio", typeTokenRatio);
        requireShare("self-BLEU", selfBleu == null ? 0 : selfBleu);
    }

    /**
     * The figures of at least one text. The time and the room are linear in the words of all texts, but for the lengths,
     * which are compared pair by pair: meant for some hundreds of texts.
     */
    public static Diversity of(List<String> texts) {
        List<List<String>> split = texts.stream().map(Diversity::words).toList();
        return new Diversity(
                split.size(),
                distinct(split, 1),
                distinct(split, 2),
                split.stream().mapToDouble(Diversity::typeTokenRatio).average().orElse(0),
                split.size() < 2 ? null : selfBleu(split));
    }

    private static void requireShare(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " is " + value + "; allowed is from 0 to 1");
        }
    }

    private static List<String> words(String text) {
        return WORD.matcher(text.toLowerCase(Locale.ROOT))
                .results()
                .map(MatchResult::group)
                .toList();
    }

    private static List<List<String>> runs(List<String> words, int length) {
        return IntStream.rangeClosed(0, words.size() - length)
                .mapToObj(start -> words.subList(start, start + length))
                .toList();
    }

    private static double distinct(List<List<String>> texts, int length) {
        Set<List<String>> distinct = new HashSet<>();
        long all = 0;
        for (List<String> words : texts) {
            List<List<String>> runs = runs(words, length);
            distinct.addAll(runs);
            all += runs.size();
        }
        return distinct.size() / (double) Math.max(1, all);
    }

    private static double typeTokenRatio(List<String> words) {
        int window = Math.min(WINDOW, words.size());
        Map<String, Integer> inside = new HashMap<>();
        long types = 0;
        for (int end = 0; end < words.size(); end++) {
            inside.merge(words.get(end), 1, Integer::sum);
            if (end >= window) {
                inside.computeIfPresent(words.get(end - window), (word, times) -> times == 1 ? null : times - 1);
            }
            types += end + 1 >= window ? inside.size() : 0;
        }
        return words.isEmpty() ? 0 : types / (double) window / (words.size() - window + 1);
    }

    /** The greatest count of a run in one text, and the greatest in any other: what one text is clipped to by the rest. */
    private record Greatest(int text, int count, int elsewhere) {
        static final Greatest NONE = new Greatest(-1, 0, 0);

        Greatest and(Greatest other) {
            return other.count > count
                    ? new Greatest(other.text, other.count, count)
                    : new Greatest(text, count, Math.max(elsewhere, other.count));
        }

        int without(int reader) {
            return reader == text ? elsewhere : count;
        }
    }

    private static double selfBleu(List<List<String>> texts) {
        double[] logs = new double[texts.size()];
        for (int length = 1; length <= LONGEST_RUN; length++) {
            List<Map<List<String>, Integer>> counts = new ArrayList<>();
            Map<List<String>, Greatest> greatest = new HashMap<>();
            for (List<String> words : texts) {
                int text = counts.size();
                counts.add(runs(words, length).stream().collect(Collectors.toMap(run -> run, run -> 1, Integer::sum)));
                counts.get(text)
                        .forEach((run, times) -> greatest.merge(run, new Greatest(text, times, 0), Greatest::and));
            }
            for (int text = 0; text < logs.length; text++) {
                int reader = text;
                long matches = counts.get(text).entrySet().stream()
                        .mapToLong(run -> Math.min(
                                run.getValue(),
                                greatest.getOrDefault(run.getKey(), Greatest.NONE)
                                        .without(reader)))
                        .sum();
                int all = Math.max(1, texts.get(text).size() - length + 1);
                // A text without a single shared word is not smoothed: the score is 0.
                logs[text] += Math.log((matches == 0 && length > 1 ? EPSILON : matches) / all) / LONGEST_RUN;
            }
        }
        return IntStream.range(0, logs.length)
                .mapToDouble(text -> Math.min(1, Math.exp(logs[text] + brevity(texts, text))))
                .average()
                .orElse(0);
    }

    /** The logarithm of BLEU's penalty for a text that is shorter than the reference closest to it in length. */
    private static double brevity(List<List<String>> texts, int text) {
        int own = texts.get(text).size();
        int closest = IntStream.range(0, texts.size())
                .filter(other -> other != text)
                .map(other -> texts.get(other).size())
                .reduce((a, b) -> {
                    int nearer = Integer.compare(Math.abs(a - own), Math.abs(b - own));
                    return nearer < 0 || (nearer == 0 && a < b) ? a : b;
                })
                .orElse(own);
        return own == 0 || own > closest ? 0 : 1 - closest / (double) own;
    }
}
