// SPDX-License-Identifier: Apache-2.0
package dev.graft.generate;

import dev.graft.model.Decoder;
import dev.graft.model.Decoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Answers requests. Sources are sorted by length and answered in batches; a finished answer leaves its batch. Answers don't depend
 * on the batch: where a choice is closer than a batch's floats can tell, the source is answered once more, alone.
 */
public final class Generator {
    /** The logits of one source in two batches differ by less than a tenth of this. */
    private static final float CLOSE = 1e-3f;
    /** A beam's score is a sum, but each search makes many choices: a wider margin would have most of them made twice. */
    private static final float CLOSE_SUM = 2e-4f;

    private final Decoder model;
    private final int budget;

    /**
     * @param budget source tokens of a batch, padding included, by the rows that each source takes; one source may have more
     */
    public Generator(Decoder model, int budget) {
        if (budget < 1) {
            throw new IllegalArgumentException("a batch of " + budget + " tokens; allowed is 1 or more");
        }
        this.model = model;
        this.budget = budget;
    }

    /** The best answer to each request, in order. */
    public List<Hypothesis> answer(List<Request> requests) {
        return answers(requests).stream().map(each -> each.get(0)).toList();
    }

    /** As many answers to each request, in order, as its search looks for; best first. */
    public List<List<Hypothesis>> answers(List<Request> requests) {
        int[] alike = IntStream.range(0, requests.size())
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(i -> rows(requests.get(i)))
                        .thenComparing(i -> -requests.get(i).source().length))
                .mapToInt(i -> i)
                .toArray();
        List<List<Hypothesis>> answers = new ArrayList<>(Collections.nCopies(requests.size(), List.of()));
        for (int from = 0; from < alike.length; ) {
            int rows = rows(requests.get(alike[from]));
            int most = Math.max(1, budget / rows / requests.get(alike[from]).source().length);
            int[] chosen = IntStream.range(from, Math.min(alike.length, from + most))
                    .map(i -> alike[i])
                    .takeWhile(i -> rows(requests.get(i)) == rows)
                    .toArray();
            List<Request> batch = IntStream.of(chosen).mapToObj(requests::get).toList();
            List<Optional<List<Hypothesis>>> answered = answers(batch, batch.size() > 1, token -> {});
            for (int i = 0; i < chosen.length; i++) {
                Request request = batch.get(i);
                answers.set(chosen[i], answered.get(i).orElseGet(() -> alone(request, token -> {})));
            }
            from += chosen.length;
        }
        return answers;
    }

    private static int rows(Request request) {
        return request.search().rows();
    }

    /**
     * The best answer to one request.
     *
     * @param told gets each token as it is written, where the answer is not looked for along beams
     */
    public Hypothesis answer(Request request, IntConsumer told) {
        return alone(request, told).get(0);
    }

    private List<Hypothesis> alone(Request request, IntConsumer told) {
        return answers(List.of(request), false, told).get(0).orElseThrow();
    }

    /** Answers of one batch; none for a request that met a close choice. */
    private List<Optional<List<Hypothesis>>> answers(List<Request> requests, boolean together, IntConsumer told) {
        BitSet union = new BitSet();
        requests.forEach(request -> union.or(request.allowed()));
        int[] candidates = union.stream().toArray();
        BitSet ends = new BitSet();
        Arrays.stream(candidates).filter(model::ends).forEach(ends::set);
        List<Writing> all = writings(requests, candidates, ends, together, told);
        boolean whole = requests.stream().allMatch(request -> request.allowed().equals(union));
        boolean likelihoods = requests.stream().anyMatch(request -> request.search() instanceof Beams);
        try (Decoding decoding =
                model.start(requests.stream().map(Request::source).toList(), candidates)) {
            List<Writing> going = all;
            int[] firsts = IntStream.rangeClosed(0, going.size()).toArray();
            int[] last = new int[going.size()];
            while (!going.isEmpty()) {
                int wanted = whole ? wanted(going) : 0;
                StepScores step =
                        decoding.step(last, logits -> StepScores.read(logits, candidates, wanted, likelihoods));
                Rows next = Rows.after(going, step, firsts);
                if (!next.going.isEmpty() && !next.isAsBefore(last.length)) {
                    decoding.keep(next.parents);
                }
                going = next.going;
                firsts = next.firsts;
                last = next.tokens;
            }
        }
        return all.stream().map(Writing::answers).toList();
    }

    private List<Writing> writings(
            List<Request> requests, int[] candidates, BitSet ends, boolean together, IntConsumer told) {
        int[] columns = new int[candidates.length == 0 ? 0 : candidates[candidates.length - 1] + 1];
        for (int column = 0; column < candidates.length; column++) {
            columns[candidates[column]] = column;
        }
        Map<BitSet, int[]> allowed = new HashMap<>();
        List<Writing> all = new ArrayList<>();
        for (Request request : requests) {
            int[] own = allowed.computeIfAbsent(
                    request.allowed(),
                    each -> each.stream().map(token -> columns[token]).toArray());
            int[] before = model.goesOn() ? request.source() : new int[0];
            all.add(
                    request.search() instanceof Beams beams
                            ? new BeamSearch(request.limits(), beams, own, before, ends, together ? CLOSE_SUM : 0)
                            : new Line(
                                    request.limits(),
                                    (Pick) request.search(),
                                    own,
                                    before,
                                    ends,
                                    together ? CLOSE : 0,
                                    told));
        }
        return all;
    }

    private static int wanted(List<Writing> going) {
        int most = 0;
        for (Writing each : going) {
            int wanted = each.wanted();
            if (wanted == 0) {
                return 0;
            }
            most = Math.max(most, wanted);
        }
        return most;
    }

    /**
     * The rows of a batch in the next step.
     *
     * @param firsts row of each writing, and the number of all
     * @param parents row of the step before that each goes on from
     * @param tokens that each goes on with
     */
    private record Rows(List<Writing> going, int[] firsts, int[] parents, int[] tokens) {
        static Rows after(List<Writing> before, StepScores step, int[] firsts) {
            List<Writing> going = new ArrayList<>();
            List<Integer> starts = new ArrayList<>(List.of(0));
            List<Integer> parents = new ArrayList<>();
            List<Integer> tokens = new ArrayList<>();
            for (int i = 0; i < before.size(); i++) {
                List<Writing.Next> next = before.get(i).advance(step, firsts[i]);
                for (Writing.Next each : next) {
                    parents.add(firsts[i] + each.row());
                    tokens.add(each.token());
                }
                if (!next.isEmpty()) {
                    going.add(before.get(i));
                    starts.add(parents.size());
                }
            }
            return new Rows(going, ints(starts), ints(parents), ints(tokens));
        }

        private static int[] ints(List<Integer> values) {
            return values.stream().mapToInt(i -> i).toArray();
        }

        boolean isAsBefore(int rows) {
            return parents.length == rows && IntStream.range(0, rows).allMatch(row -> parents[row] == row);
        }
    }
}
