// SPDX-License-Identifier: Apache-2.0
package dev.graft.task;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.corpus.Document;
import dev.graft.corpus.InputException;
import dev.graft.random.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Of each fold of the training rows a classifier of embeddings that was fitted to the others, so that what it says of a row, or
 * of a copy of it, it has not learnt from it.
 *
 * @param labels names of the classes, sorted
 * @param folds one classifier each
 */
public record FoldProbes(List<String> labels, List<LinearProbe> folds) {
    private static final double PENALTY = 1e-2;
    private static final long SEED = 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    public FoldProbes {
        labels = List.copyOf(labels);
        folds = List.copyOf(folds);
    }

    /**
     * @param rows labelled, of two classes or more
     * @param embeddings of their texts, of length 1
     * @param folds 2 or more; a row's is told by the hash of its id
     * @throws InputException if there are fewer classes
     */
    public static FoldProbes fit(List<Document> rows, List<float[]> embeddings, int folds) {
        List<String> labels =
                List.copyOf(new TreeSet<>(rows.stream().map(Document::label).toList()));
        if (labels.size() < 2) {
            throw new InputException(
                    "filters.cross-fit needs 2 classes; " + rows.size() + " training rows have the labels " + labels);
        }
        List<LinearProbe> probes = new ArrayList<>();
        for (int fold = 0; fold < folds; fold++) {
            int held = fold;
            int[] others = IntStream.range(0, rows.size())
                    .filter(row -> fold(rows.get(row), folds) != held)
                    .toArray();
            int[] seen = others.length == 0 ? IntStream.range(0, rows.size()).toArray() : others;
            probes.add(LinearProbe.fit(
                    IntStream.of(seen).mapToObj(embeddings::get).toList(),
                    IntStream.of(seen)
                            .map(row -> labels.indexOf(rows.get(row).label()))
                            .toArray(),
                    labels.size(),
                    PENALTY));
        }
        return new FoldProbes(labels, probes);
    }

    private static int fold(Document row, int folds) {
        return Math.floorMod(Seeds.document(SEED, row.id()), folds);
    }

    /** The classifier that did not learn from a row. */
    public LinearProbe of(Document row) {
        return folds.get(fold(row, folds.size()));
    }

    /** As JSON, for {@link #read}. */
    public byte[] json() throws IOException {
        return JSON.writeValueAsBytes(this);
    }

    public static FoldProbes read(Path file) {
        try {
            return JSON.readValue(file.toFile(), FoldProbes.class);
        } catch (IOException e) {
            throw new InputException(file + " can't be read: " + e);
        }
    }
}
