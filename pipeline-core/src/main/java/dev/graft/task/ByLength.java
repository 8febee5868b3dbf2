// SPDX-License-Identifier: Apache-2.0
package dev.graft.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.graft.nn.engine.GradMode;
import dev.graft.tokenize.Tokenizer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Inference in batches: texts of like length share one, so that little is padded. */
final class ByLength {
    private static final int ROWS = 64;

    private ByLength() {}

    /**
     * Logits [text][class] in the order of the texts. The last bits of a row may depend on the others.
     *
     * @param forward a batch of B texts to logits (B, C)
     */
    static float[][] logits(
            List<String> texts, Tokenizer tokenizer, NDManager manager, Function<Tokenizer.Batch, NDArray> forward) {
        List<long[]> ids = texts.stream().map(tokenizer::ids).toList();
        int[] byLength = IntStream.range(0, ids.size())
                .boxed()
                .sorted(Comparator.comparingInt(row -> ids.get(row).length))
                .mapToInt(row -> row)
                .toArray();
        float[][] logits = new float[ids.size()][];
        for (int start = 0; start < byLength.length; start += ROWS) {
            int[] rows = Arrays.copyOfRange(byLength, start, Math.min(start + ROWS, byLength.length));
            try (GradMode off = GradMode.off();
                    NDManager scope = manager.newSubManager()) {
                float[] values = forward.apply(Tokenizer.pad(
                                IntStream.of(rows).mapToObj(ids::get).toList(), scope))
                        .toFloatArray();
                int classes = values.length / rows.length;
                for (int i = 0; i < rows.length; i++) {
                    logits[rows[i]] = Arrays.copyOfRange(values, i * classes, (i + 1) * classes);
                }
            }
        }
        return logits;
    }
}
