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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The words of a corpus with how often they occur, and what else operators ask of it: which words stand side by side, and how
 * much a word tells of the class. Draws words as UDA does: the less a word says of the documents that it
 * stands in, the likelier (Xie et al. 2020, Unsupervised Data Augmentation, appendix B: TF-IDF based word replacement).
 */
public final class Vocabulary {
    /** Words beyond these are as good as never drawn. */
    public static final int MOST_WORDS = 100_000;

    /** Pairs of words beyond these say nothing of what stands side by side. */
    public static final int MOST_PAIRS = 200_000;

    private final long documents;
    private final Map<String, Count> counts = new HashMap<>();
    private final List<String> words;
    private final List<Count> pairs;
    private final double[] cumulative;
    private final boolean hasClasses;

    /**
     * @param word in lower case, or two that stand side by side, with a space between
     * @param documents that it stands in
     * @param occurrences in all of them
     * @param information that its presence gives of the class, in bits; 0 where that is no more than chance
     */
    public record Count(String word, long documents, long occurrences, double information) implements Serializable {
        boolean isPair() {
            return word.indexOf(' ') >= 0;
        }
    }

    /**
     * @param documents of the corpus
     * @param counts of its words and pairs; the {@value #MOST_WORDS} and {@value #MOST_PAIRS} most frequent are taken
     */
    public Vocabulary(long documents, Collection<Count> counts) {
        this.documents = documents;
        List<Count> frequent = mostFrequent(counts, false, MOST_WORDS);
        pairs = mostFrequent(counts, true, MOST_PAIRS);
        frequent.forEach(count -> this.counts.put(count.word(), count));
        pairs.forEach(count -> this.counts.put(count.word(), count));
        hasClasses = frequent.stream().anyMatch(count -> count.information() > 0);
        words = frequent.stream().map(Count::word).toList();
        double most = frequent.stream().mapToDouble(this::weight).max().orElse(0);
        cumulative = new double[words.size()];
        double sum = 0;
        for (int i = 0; i < cumulative.length; i++) {
            sum += most - weight(frequent.get(i)) + 1e-9;
            cumulative[i] = sum;
        }
    }

    private static List<Count> mostFrequent(Collection<Count> counts, boolean pairs, int most) {
        return counts.stream()
                .filter(count -> count.isPair() == pairs)
                .sorted(Comparator.comparingLong(Count::occurrences).reversed().thenComparing(Count::word))
                .limit(most)
                .toList();
    }

    /** Counts the words of texts. */
    public static Vocabulary of(List<AnalyzedText> texts) {
        WordCounts counted = new WordCounts();
        texts.forEach(counted::add);
        return counted.vocabulary();
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

    /** How often the corpus has a word, in lower case. */
    public long occurrences(String word) {
        Count count = counts.get(word);
        return count == null ? 0 : count.occurrences();
    }

    /** Whether one word stands before another somewhere, both in lower case. */
    public boolean hasPair(String first, String second) {
        return counts.containsKey(first + " " + second);
    }

    /** Whether nothing was counted. */
    public boolean isEmpty() {
        return words.isEmpty();
    }

    /** Whether a word tells anything of the class. */
    public boolean hasClasses() {
        return hasClasses;
    }

    /** What a word in lower case tells of the class, in bits. */
    public double information(String word) {
        Count count = counts.get(word);
        return count == null ? 0 : count.information();
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

    /** A line with the documents, then a line with word, documents, occurrences and information for each word and pair. */
    public String table() {
        StringBuilder lines = new StringBuilder().append(documents).append('\n');
        for (Count count :
                Stream.concat(words.stream().map(counts::get), pairs.stream()).toList()) {
            lines.append(count.word())
                    .append('\t')
                    .append(count.documents())
                    .append('\t')
                    .append(count.occurrences())
                    .append('\t')
                    .append(count.information())
                    .append('\n');
        }
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
                counts.add(new Count(
                        columns[0],
                        Long.parseLong(columns[1]),
                        Long.parseLong(columns[2]),
                        Double.parseDouble(columns[3])));
            }
            return new Vocabulary(Long.parseLong(lines.get(0)), counts);
        } catch (IOException e) {
            throw new InputException(file + " can't be read: " + e);
        }
    }
}
