// SPDX-License-Identifier: Apache-2.0
package dev.graft.generate;

import ai.djl.ndarray.NDArray;
import dev.graft.generate.Pick.Chosen;
import dev.graft.model.Decoder;
import dev.graft.model.Decoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * One token after the other, each the one that the request's {@link Pick} chooses. Sources are sorted by length and answered in batches; a finished
 * answer leaves its batch. Answers don't depend on the batch: where a choice is closer than a batch's floats can tell, the source is answered once more, alone.
 */
public final class Generator {
    /** The logits of one source in two batches differ by less than a tenth of this. */
    private static final float CLOSE = 1e-3f;

    private final Decoder model;
    private final int budget;

    /**
     * @param budget source tokens of a batch, padding included; one source may have more
     */
    public Generator(Decoder model, int budget) {
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
            List<Request> batch = IntStream.of(chosen).mapToObj(requests::get).toList();
            List<Optional<Hypothesis>> answered = answer(batch, batch.size() > 1 ? CLOSE : 0, token -> {});
            for (int i = 0; i < chosen.length; i++) {
                Request request = batch.get(i);
                answers[chosen[i]] = answered.get(i).orElseGet(() -> answer(request, token -> {}));
            }
            from += chosen.length;
        }
        return List.of(answers);
    }

    /**
     * The answer to one request.
     *
     * @param told gets each token as it is written
     */
    public Hypothesis answer(Request request, IntConsumer told) {
        return answer(List.of(request), 0, told).get(0).orElseThrow();
    }

    /** Answers of one batch; none for a request that met a choice closer than {@code close}. */
    private List<Optional<Hypothesis>> answer(List<Request> requests, float close, IntConsumer told) {
        BitSet union = new BitSet();
        requests.forEach(request -> union.or(request.allowed()));
        int[] candidates = union.stream().toArray();
        int[] columns = new int[union.length()];
        for (int column = 0; column < candidates.length; column++) {
            columns[candidates[column]] = column;
        }
        List<Optional<Hypothesis>> answers = new ArrayList<>();
        List<Row> rows = new ArrayList<>();
        for (Request request : requests) {
            int[] allowed =
                    request.allowed().stream().map(token -> columns[token]).toArray();
            List<Integer> tokens = new ArrayList<>();
            Arrays.stream(request.source()).forEach(tokens::add);
            rows.add(new Row(rows.size(), request, allowed, tokens));
            answers.add(Optional.empty());
        }
        try (Decoding decoding =
                model.start(requests.stream().map(Request::source).toList(), candidates)) {
            int[] last = new int[rows.size()];
            while (!rows.isEmpty()) {
                float[] logits = decoding.step(last, NDArray::toFloatArray); // (B, C), flat
                List<Row> going = new ArrayList<>();
                int[] kept = new int[rows.size()];
                for (int i = 0; i < rows.size(); i++) {
                    Row row = rows.get(i);
                    Chosen best =
                            row.asked.pick().choose(logits, i * candidates.length, row.columns, candidates, row.tokens);
                    if (best.lead() < close) {
                        continue;
                    }
                    int token = candidates[best.column()];
                    boolean ends = model.ends(token);
                    if (ends || row.written().size() == row.asked.most()) {
                        answers.set(row.request, Optional.of(new Hypothesis(List.copyOf(row.written()), !ends)));
                        continue;
                    }
                    row.tokens.add(token);
                    told.accept(token);
                    last[going.size()] = token;
                    kept[going.size()] = i;
                    going.add(row);
                }
                if (!going.isEmpty() && going.size() < rows.size()) {
                    decoding.keep(Arrays.copyOf(kept, going.size()));
                }
                last = Arrays.copyOf(last, going.size());
                rows = going;
            }
        }
        return answers;
    }

    /**
     * An answer that is being written.
     *
     * @param request its place in the batch as it began
     * @param columns of the logits that it may choose from
     * @param tokens of the source, and of the answer so far
     */
    private record Row(int request, Request asked, int[] columns, List<Integer> tokens) {
        List<Integer> written() {
            return tokens.subList(asked.source().length, tokens.size());
        }
    }
}
