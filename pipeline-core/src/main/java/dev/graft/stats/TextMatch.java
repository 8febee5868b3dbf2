// SPDX-License-Identifier: Apache-2.0
package dev.graft.stats;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How near texts are to their references, one each, from 0 to 100. BLEU and chrF are what sacreBLEU says of a corpus, ROUGE-L is
 * rouge-score's.
 */
public final class TextMatch {
    private static final int WORDS = 4;
    private static final int CHARS = 6;
    /** Recall counts twice as much as precision. */
    private static final double BETA_SQUARED = 4;

    private TextMatch() {}

    /** N-grams of one length: those of the texts, those of the references, and those of both. */
    private record Counts(long given, long expected, long both) {
        static final Counts NONE = new Counts(0, 0, 0);

        static Counts of(List<String> given, List<String> expected) {
            Map<String, Integer> left = new HashMap<>();
            expected.forEach(each -> left.merge(each, 1, Integer::sum));
            long both = given.stream()
                    .filter(each -> left.merge(each, -1, Integer::sum) >= 0)
                    .count();
            return new Counts(given.size(), expected.size(), both);
        }

        Counts plus(Counts other) {
            return new Counts(given + other.given, expected + other.expected, both + other.both);
        }
    }

    /**
     * BLEU (Papineni et al. 2002) of four-grams, with the tokens of mteval-v13a, and smoothed exponentially (Chen & Cherry 2014,
     * method 3) where no n-gram of a length is right.
     *
     * @throws IllegalArgumentException if there are no texts, or not as many references
     */
    public static double bleu(List<String> texts, List<String> references) {
        requireAsMany(texts, references);
        Counts[] counts = IntStream.range(0, WORDS).mapToObj(n -> Counts.NONE).toArray(Counts[]::new);
        for (int i = 0; i < texts.size(); i++) {
            List<String> given = tokens(texts.get(i));
            List<String> expected = tokens(references.get(i));
            for (int n = 0; n < WORDS; n++) {
                counts[n] = counts[n].plus(Counts.of(wordGrams(given, n + 1), wordGrams(expected, n + 1)));
            }
        }
        if (counts[0].both == 0 || counts[WORDS - 1].given == 0) {
            return 0;
        }
        double sum = 0;
        double smoothing = 1;
        for (Counts each : counts) {
            if (each.both == 0) {
                smoothing *= 2;
            }
            sum += Math.log(each.both == 0 ? 1 / (smoothing * each.given) : each.both / (double) each.given);
        }
        double brevity = Math.min(0, 1 - counts[0].expected / (double) counts[0].given);
        return 100 * Math.exp(brevity + sum / WORDS);
    }

    /**
     * chrF2 (Popović 2015): the F score of n-grams of 1 to 6 characters without spaces, each length counting alike.
     *
     * @throws IllegalArgumentException if there are no texts, or not as many references
     */
    public static double chrF(List<String> texts, List<String> references) {
        requireAsMany(texts, references);
        Counts[] counts = IntStream.range(0, CHARS).mapToObj(n -> Counts.NONE).toArray(Counts[]::new);
        for (int i = 0; i < texts.size(); i++) {
            int[] given = characters(texts.get(i));
            int[] expected = characters(references.get(i));
            for (int n = 0; n < CHARS; n++) {
                if (expected.length > n) { // a text whose reference has no such n-gram is not held to it
                    counts[n] = counts[n].plus(Counts.of(charGrams(given, n + 1), charGrams(expected, n + 1)));
                }
            }
        }
        double precision = 0;
        double recall = 0;
        for (Counts each : counts) {
            if (each.given > 0 && each.expected > 0) {
                precision += each.both / (double) each.given;
                recall += each.both / (double) each.expected;
            }
        }
        if (precision + recall == 0) {
            return 0;
        }
        long lengths = IntStream.range(0, CHARS)
                .filter(n -> counts[n].given > 0 && counts[n].expected > 0)
                .count();
        return 100 * (1 + BETA_SQUARED) * precision * recall / (BETA_SQUARED * precision + recall) / lengths;
    }

    /**
     * ROUGE-L (Lin 2004, section 3): the F score of the longest common subsequence of words, as the package rouge-score has it without a
     * stemmer, the mean over the texts. Words are runs of letters a to z and digits, in lower case.
     *
     * @throws IllegalArgumentException if there are no texts, or not as many references
     */
    public static double rougeL(List<String> texts, List<String> references) {
        requireAsMany(texts, references);
        double sum = 0;
        for (int i = 0; i < texts.size(); i++) {
            List<String> given = alphanumeric(texts.get(i));
            List<String> expected = alphanumeric(references.get(i));
            int common = longestCommon(given, expected);
            sum += common == 0 ? 0 : 2.0 * common / (given.size() + expected.size());
        }
        return 100 * sum / texts.size();
    }

    /**
     * The share of the texts that are their reference, but for white space at both ends.
     *
     * @throws IllegalArgumentException if there are no texts, or not as many references
     */
    public static double exactMatch(List<String> texts, List<String> references) {
        requireAsMany(texts, references);
        long equal = IntStream.range(0, texts.size())
                .filter(i -> texts.get(i).strip().equals(references.get(i).strip()))
                .count();
        return 100.0 * equal / texts.size();
    }

    private static List<String> alphanumeric(String text) {
        return Stream.of(text.toLowerCase(Locale.ROOT).split("[^a-z0-9]+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static int longestCommon(List<String> one, List<String> other) {
        int[] lengths = new int[other.size() + 1];
        for (String word : one) {
            int before = 0; // of one word less of both
            for (int j = 1; j <= other.size(); j++) {
                int above = lengths[j];
                lengths[j] = word.equals(other.get(j - 1)) ? before + 1 : Math.max(above, lengths[j - 1]);
                before = above;
            }
        }
        return lengths[other.size()];
    }

    private static void requireAsMany(List<String> texts, List<String> references) {
        if (texts.isEmpty() || texts.size() != references.size()) {
            throw new IllegalArgumentException("given are " + texts.size() + " texts and " + references.size()
                    + " references; allowed is as many of both, at least 1");
        }
    }

    /** As mteval-v13a has them: punctuation stands alone, but for periods and commas within numbers. */
    private static List<String> tokens(String text) {
        String line = " "
                + text.stripTrailing()
                        .replace("<skipped>", "")
                        .replace("-\n", "")
                        .replace("\n", " ")
                        .replace("&quot;", "\"")
                        .replace("&amp;", "&")
                        .replace("&lt;", "<")
                        .replace("&gt;", ">")
                + " ";
        String apart = line.replaceAll("([{-~\\[-` -&(-+:-@/])", " $1 ")
                .replaceAll("([^0-9])([.,])", "$1 $2 ")
                .replaceAll("([.,])([^0-9])", " $1 $2")
                .replaceAll("([0-9])(-)", "$1 $2 ");
        return apart.codePoints()
                .mapToObj(point -> isSpace(point) ? " " : Character.toString(point))
                .collect(Collectors.collectingAndThen(
                        Collectors.joining(),
                        spaced -> List.of(spaced.strip().split(" +")).stream()
                                .filter(token -> !token.isEmpty())
                                .toList()));
    }

    private static List<String> wordGrams(List<String> tokens, int n) {
        return IntStream.rangeClosed(0, tokens.size() - n)
                .mapToObj(i -> String.join(" ", tokens.subList(i, i + n)))
                .toList();
    }

    private static int[] characters(String text) {
        return text.codePoints().filter(point -> !isSpace(point)).toArray();
    }

    private static List<String> charGrams(int[] characters, int n) {
        return IntStream.rangeClosed(0, characters.length - n)
                .mapToObj(i -> new String(characters, i, n))
                .toList();
    }

    private static boolean isSpace(int point) {
        return Character.isWhitespace(point) || Character.isSpaceChar(point) || point == 0x85;
    }
}
