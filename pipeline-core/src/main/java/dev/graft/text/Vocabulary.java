// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import dev.graft.corpus.InputException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The words of a corpus with how often they occur. Draws words as UDA does: the less a word says of the documents that it
 * stands in, the likelier (Xie et al. 2020, Unsupervised Data Augmentation, appendix B: TF-IDF based word replacement).
 */
public final class Vocabulary {
    /** Words beyond these are as good as never drawn. */
    public static final int MOST_WORDS = 100_000;

    private final long documents;
    private final Map<String, Count> counts = new HashMap<>();
    private final List<String> words;
    private final double[] cumulative;

    /**
     * @param word in lower case
     * @param documents that it stands in
     * @param occurrences in all of them
     */
    public record Count(String word, long documents, long occurrences) implements Serializable {}

    /**
     * @param documents of the corpus
     * @param counts of its words; the {@value #MOST_WORDS} most frequent are taken
     */
    public Vocabulary(long documents, Collection<Count> counts) {
        this.documents = documents;
        List<Count> frequent = counts.stream()
                .sorted(Comparator.comparingLong(Count::occurrences).reversed().thenComparing(Count::word))
                .limit(MOST_WORDS)
                .toList();
        frequent.forEach(count -> this.counts.put(count.word(), count));
        words = frequent.stream().map(Count::word).toList();
        double most = frequent.stream().mapToDouble(this::weight).max().orElse(0);
        cumulative = new double[words.size()];
        double sum = 0;
        for (int i = 0; i < cumulative.length; i++) {
            sum += most - weight(frequent.get(i)) + 1e-9;
            cumulative[i] = sum;
        }
    }

    /** Counts the words of texts. */
    public static Vocabulary of(List<AnalyzedText> texts) {
        Map<String, long[]> counted = new HashMap<>();
        for (AnalyzedText text : texts) {
            List<String> all = words(text);
            all.forEach(word -> counted.computeIfAbsent(word, any -> new long[2])[1]++);
            new HashSet<>(all).forEach(word -> counted.computeIfAbsent(word, any -> new long[2])[0]++);
        }
        List<Count> counts = new ArrayList<>();
        counted.forEach((word, count) -> counts.add(new Count(word, count[0], count[1])));
        return new Vocabulary(texts.size(), counts);
    }

    /** What is counted of a text: its words that may be edited, in lower case. */
    public static List<String> words(AnalyzedText text) {
        return text.words().stream()
                .map(word -> text.textOf(word).toLowerCase(Locale.ROOT))
                .toList();
    }

    /** Whether the corpus has a word, in lower case. */
    public boolean contains(String word) {
        return counts.containsKey(word);
    }

    private double weight(Count count) {
        return count.occurrences() * idf(count.word());
    }

    /** Logarithm of the documents by those that have the word; that of a single one for a word never seen. */
    public double idf(String word) {
        Count count = counts.get(word.toLowerCase(Locale.ROOT));
        return Math.log(Math.max(1, documents) / (double) (count == null ? 1 : Math.max(1, count.documents())));
    }

    /**
     * A word in lower case.
     *
     * @throws InputException if the corpus has no words
     */
    public String draw(RandomGenerator random) {
        if (words.isEmpty()) {
            throw new InputException(
                    "the training rows have no word that may be edited, so none can be drawn from them");
        }
        double at = random.nextDouble() * cumulative[cumulative.length - 1];
        int found = Arrays.binarySearch(cumulative, at);
        return words.get(Math.min(words.size() - 1, found >= 0 ? found + 1 : -found - 1));
    }

    /** A line with the documents, then a line with word, documents and occurrences for each word. */
    public String table() {
        StringBuilder lines = new StringBuilder().append(documents).append('\n');
        words.forEach(word -> {
            Count count = counts.getOrDefault(word, new Count(word, 0, 0));
            lines.append(word)
                    .append('\t')
                    .append(count.documents())
                    .append('\t')
                    .append(count.occurrences())
                    .append('\n');
        });
        return lines.toString();
    }

    /** Writes {@link #table()}. */
    public void write(Path file) {
        try {
            Files.writeString(file, table());
        } catch (IOException e) {
            throw new InputException(file + " can't be written: " + e);
        }
    }

    public static Vocabulary read(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            List<Count> counts = new ArrayList<>();
            for (String line : lines.subList(1, lines.size())) {
                String[] columns = line.split("\t");
                counts.add(new Count(columns[0], Long.parseLong(columns[1]), Long.parseLong(columns[2])));
            }
            return new Vocabulary(Long.parseLong(lines.get(0)), counts);
        } catch (IOException e) {
            throw new InputException(file + " can't be read: " + e);
        }
    }
}
