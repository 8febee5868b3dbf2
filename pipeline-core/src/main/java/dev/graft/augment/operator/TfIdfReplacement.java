// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.Casing;
import dev.graft.augment.parts.Exchanges;
import dev.graft.augment.parts.Places;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.random.Draw;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
import dev.graft.text.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Replaces the words that say least of a document by such words of the corpus (Xie et al. 2020, Unsupervised Data
 * Augmentation, appendix B): the drawing weight of a word is the greatest TF-IDF of the document minus its own. UDA puts any
 * word of the corpus there; here it is one that takes the same place in a sentence ("the" for "a", "really" for "very"), so
 * that a word that has none stays.
 *
 * @param vocabulary of the training rows
 * @param alpha share of the words to replace, from 0 to 1; at least one unless it is 0
 */
record TfIdfReplacement(Vocabulary vocabulary, double alpha) implements Augmenter {
    TfIdfReplacement {
        WordEdits.share("tf-idf-replacement", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = WordEdits.alpha(section);
        return resources -> new TfIdfReplacement(resources.vocabulary(), alpha);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        List<Token> words = text.words();
        int wanted = WordEdits.count(alpha, words.size());
        List<Edit> edits = new ArrayList<>();
        for (int at : drawn(weights(text, words), random)) {
            if (edits.size() == wanted) {
                break;
            }
            String surface = text.textOf(words.get(at));
            List<String> others =
                    Exchanges.of(surface, before(text.text(), words.get(at)), behind(text.text(), words.get(at)))
                            .stream()
                            .filter(vocabulary::contains)
                            .toList();
            if (!others.isEmpty() && !Places.isBound(text, words.get(at))) {
                edits.add(new Edit(
                        words.get(at).start(), words.get(at).end(), Casing.like(Draw.one(others, random), surface)));
            }
        }
        return WordEdits.inOrder(edits);
    }

    /** The word or mark before a word, be it guarded or not; empty at the start of a line. */
    private static String before(String text, Token word) {
        int end = word.start();
        while (end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        int start = end;
        while (start > 0 && isOfWord(text.charAt(start - 1))) {
            start--;
        }
        return start < end
                ? text.substring(start, end)
                : start > 0 ? text.substring(start - 1, start).strip() : "";
    }

    private static String behind(String text, Token word) {
        int start = word.end();
        while (start < text.length() && text.charAt(start) == ' ') {
            start++;
        }
        int end = start;
        while (end < text.length() && isOfWord(text.charAt(end))) {
            end++;
        }
        return start < end
                ? text.substring(start, end)
                : end < text.length() ? text.substring(end, end + 1).strip() : "";
    }

    private static boolean isOfWord(char c) {
        return Character.isLetterOrDigit(c) || c == '\'' || c == '\u2019' || c == '-';
    }

    private double[] weights(AnalyzedText text, List<Token> words) {
        List<String> surfaces = Vocabulary.words(text);
        double[] tfIdf = new double[words.size()];
        Map<String, Long> counts =
                surfaces.stream().collect(Collectors.groupingBy(word -> word, Collectors.counting()));
        for (int i = 0; i < tfIdf.length; i++) {
            tfIdf[i] = counts.getOrDefault(surfaces.get(i), 0L) * vocabulary.idf(surfaces.get(i));
        }
        double most = Arrays.stream(tfIdf).max().orElse(0);
        return Arrays.stream(tfIdf).map(score -> most - score + 1e-6).toArray();
    }

    /** All indices, drawn one after the other by their weights (Efraimidis & Spirakis 2006, algorithm A). */
    private static int[] drawn(double[] weights, RandomGenerator random) {
        double[] keys = Arrays.stream(weights)
                .map(weight -> Math.log(1 - random.nextDouble()) / weight)
                .toArray();
        return IntStream.range(0, keys.length)
                .boxed()
                .sorted(Comparator.comparingDouble(index -> -keys[index]))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
