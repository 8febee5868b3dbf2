// SPDX-License-Identifier: Apache-2.0
package dev.graft.generate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.graft.model.Decoding;
import dev.graft.model.EncoderDecoder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Greedy decoding: the likeliest token in each step. Sources are sorted by length and answered in batches; a finished
 * answer leaves its batch. Answers don't depend on the batch: where the two best tokens are closer than a batch's
 * floats can tell, the source is answered once more, alone.
 */
public final class Greedy {
    /** The logits of one source in two batches differ by less than a tenth of this. */
    private static final float CLOSE = 1e-3f;

    private final EncoderDecoder model;
    private final int budget;

    /**
     * @param budget source tokens of a batch, padding included; one source may have more
     */
    public Greedy(EncoderDecoder model, int budget) {
        if (budget < 1) {
            throw new IllegalArgumentException("a batch of " + budget + " tokens; allowed is 1 or more");
        }
        this.model = model;
        this.budget = budget;
    }

    /** One answer a request, in order. */
    public List<Hypothesis> answer(List<Request> requests) {
        int[] longestFirst = IntStream.range(0, requests.size())
                .boxed()
                .sorted(Comparator.comparingInt(i -> -requests.get(i).source().length))
                .mapToInt(i -> i)
                .toArray();
        Hypothesis[] answers = new Hypothesis[requests.size()];
        for (int from = 0; from < longestFirst.length; ) {
            int rows = Math.max(1, budget / requests.get(longestFirst[from]).source().length);
            int[] chosen = IntStream.range(from, Math.min(longestFirst.length, from + rows))
                    .map(i -> longestFirst[i])
                    .toArray();
            List<Request> batch =
                    IntStream.of(chosen).mapToObj(requests::get).toList();
            List<Optional<Hypothesis>> answered = answer(batch, batch.size() > 1 ? CLOSE : 0);
            for (int i = 0; i < chosen.length; i++) {
                Request request = batch.get(i);
                answers[chosen[i]] = answered.get(i)
                        .orElseGet(() -> answer(List.of(request), 0).get(0).orElseThrow());
            }
            from += chosen.length;
        }
        return List.of(answers);
    }

    /** Answers of one batch; none for a request that met two best tokens closer than {@code close}. */
    private List<Optional<Hypothesis>> answer(List<Request> requests, float close) {
        BitSet union = new BitSet();
        requests.forEach(request -> union.or(request.allowed()));
        int[] candidates = union.stream().toArray();
        List<Optional<Hypothesis>> answers = new ArrayList<>();
        List<List<Integer>> written = new ArrayList<>();
        requests.forEach(request -> {
            answers.add(Optional.empty());
            written.add(new ArrayList<>());
        });
        int[] rows = IntStream.range(0, requests.size()).toArray();
        int[] last = new int[rows.length];
        try (Decoding decoding = model.start(requests.stream().map(Request::source).toList(), candidates);
                Forbidden forbidden = new Forbidden(requests, candidates, decoding.manager())) {
            while (rows.length > 0) {
                Best best = decoding.step(last, logits -> best(forbidden.addTo(logits)));
                int[] going = new int[rows.length];
                int count = 0;
                for (int i = 0; i < rows.length; i++) {
                    int row = rows[i];
                    List<Integer> tokens = written.get(row);
                    int token = candidates[best.index(i)];
                    if (best.lead(i) < close) {
                        continue;
                    }
                    if (token == model.end() || tokens.size() == requests.get(row).most()) {
                        answers.set(row, Optional.of(new Hypothesis(List.copyOf(tokens), token != model.end())));
                        continue;
                    }
                    tokens.add(token);
                    last[count] = token;
                    going[count++] = i;
                }
                int[] kept = IntStream.of(going).limit(count).toArray();
                if (count > 0 && count < rows.length) {
                    decoding.keep(kept);
                    forbidden.keep(kept);
                }
                int[] before = rows;
                rows = IntStream.of(kept).map(i -> before[i]).toArray();
                last = IntStream.of(last).limit(count).toArray();
            }
        }
        return answers;
    }

    /**
     * The two best candidates of each row.
     *
     * @param logits (B, 2), flat
     * @param indices (B, 2), flat
     */
    private record Best(float[] logits, long[] indices) {
        int index(int row) {
            return (int) indices[2 * row];
        }

        float lead(int row) {
            return logits[2 * row] - logits[2 * row + 1];
        }
    }

    private static Best best(NDArray logits) {
        NDList best = logits.topK(2, 1);
        return new Best(best.get(0).toFloatArray(), best.get(1).toLongArray());
    }

    /** Minus infinity at the candidates of the batch that are not a row's own. */
    private static final class Forbidden implements AutoCloseable {
        private NDArray mask; // (B, C)

        Forbidden(List<Request> requests, int[] candidates, NDManager manager) {
            float[] values = new float[requests.size() * candidates.length];
            for (int row = 0; row < requests.size(); row++) {
                BitSet allowed = requests.get(row).allowed();
                for (int c = 0; c < candidates.length; c++) {
                    values[row * candidates.length + c] = allowed.get(candidates[c]) ? 0 : Float.NEGATIVE_INFINITY;
                }
            }
            mask = manager.create(values, new Shape(requests.size(), candidates.length));
        }

        NDArray addTo(NDArray logits) {
            return logits.addi(mask);
        }

        void keep(int[] rows) {
            NDManager manager = mask.getManager();
            try (NDManager scope = manager.newSubManager(); NDArray before = mask) {
                mask = before.get(scope.create(rows));
                mask.attach(manager);
            }
        }

        @Override
        public void close() {
            mask.close();
        }
    }
}
