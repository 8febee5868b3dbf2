// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import dev.graft.corpus.InputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A user's word vectors in word2vec's text format: a line with the number of words and the dimension, then a word and its
 * numbers a line, with spaces between (Mikolov et al. 2013). Neighbours are remembered. May be shared by threads.
 */
public final class WordVectors {
    private static final int HEAD = 100;

    private final List<String> words = new ArrayList<>();
    private final Map<String, Integer> indices = new HashMap<>();
    private final List<float[]> vectors = new ArrayList<>();
    private final int most;
    private final double minSimilarity;
    private final Map<String, List<Neighbour>> remembered = new ConcurrentHashMap<>();

    /** A word near another, with the cosine of the two. */
    public record Neighbour(String word, double similarity) {}

    /**
     * @param most neighbours of a word
     * @param minSimilarity least cosine of a neighbour, from -1 to 1
     * @throws InputException if the file can't be read or a line is malformed; the message names file and line
     */
    public WordVectors(Path file, int most, double minSimilarity) {
        this(most, minSimilarity);
        read(file, Integer.MAX_VALUE);
    }

    /** As the constructor, of the first lines alone. */
    public static void require(Path file) {
        new WordVectors(1, 0).read(file, HEAD);
    }

    private WordVectors(int most, double minSimilarity) {
        this.most = most;
        this.minSimilarity = minSimilarity;
    }

    private void read(Path file, int last) {
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            String header = lines.readLine();
            String[] sizes = header == null ? new String[0] : header.strip().split(" +", -1);
            if (sizes.length != 2 || !sizes[0].matches("\\d{1,18}") || !sizes[1].matches("[1-9]\\d{0,5}")) {
                throw new InputException(
                        file + ":1: given \"" + header + "\"; allowed is the number of words and the" + " dimension");
            }
            int dimension = Integer.parseInt(sizes[1]);
            int number = 1;
            for (String line = lines.readLine(); line != null && number < last; line = lines.readLine()) {
                add(line, dimension, file + ":" + ++number);
            }
            if (number < last && number - 1 != Long.parseLong(sizes[0])) {
                throw new InputException(file + ":1: given are " + sizes[0] + " words, but " + (number - 1)
                        + " lines follow; allowed is a line a word");
            }
        } catch (IOException e) {
            throw new InputException(file + " can't be read: " + e);
        }
    }

    private void add(String line, int dimension, String place) {
        String[] columns = line.strip().split(" +", -1);
        if (columns.length != dimension + 1) {
            throw new InputException(
                    place + ": " + (columns.length - 1) + " numbers; allowed is a word and " + dimension);
        }
        float[] vector = new float[dimension];
        double squares = 0;
        for (int i = 0; i < dimension; i++) {
            try {
                vector[i] = Float.parseFloat(columns[i + 1]);
            } catch (NumberFormatException e) {
                throw new InputException(place + ": \"" + columns[i + 1] + "\" is not a number");
            }
            if (!Float.isFinite(vector[i])) {
                throw new InputException(place + ": \"" + columns[i + 1] + "\" is not a finite number of 32 bits");
            }
            squares += (double) vector[i] * vector[i];
        }
        for (int i = 0; i < dimension; i++) {
            vector[i] /= (float) Math.max(1e-12, Math.sqrt(squares));
        }
        if (indices.putIfAbsent(columns[0], words.size()) == null) {
            words.add(columns[0]);
            vectors.add(vector);
        }
    }

    /** The nearest words, nearest first; empty for a word without a vector. A word in other case counts as the same. */
    public List<Neighbour> neighbours(String word) {
        String key = indices.containsKey(word) ? word : word.toLowerCase(Locale.ROOT);
        return indices.containsKey(key) ? remembered.computeIfAbsent(key, this::search) : List.of();
    }

    private List<Neighbour> search(String word) {
        int own = indices.getOrDefault(word, 0);
        float[] vector = vectors.get(own);
        List<Neighbour> near = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            double cosine = 0;
            float[] other = vectors.get(i);
            for (int j = 0; j < vector.length; j++) {
                cosine += vector[j] * other[j];
            }
            String candidate = words.get(i);
            if (cosine >= minSimilarity
                    && !candidate.equalsIgnoreCase(word)
                    && candidate.codePoints().allMatch(Character::isLetter)) {
                near.add(new Neighbour(candidate, cosine));
            }
        }
        near.sort(Comparator.comparingDouble(Neighbour::similarity).reversed().thenComparing(Neighbour::word));
        return List.copyOf(near.subList(0, Math.min(most, near.size())));
    }
}
