// SPDX-License-Identifier: Apache-2.0
package dev.graft.generate;

import dev.graft.generate.Pick.Chosen;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntConsumer;

/** One answer, token after token, each as a {@link Pick} chooses it. */
final class Line implements Writing {
    private final Limits limits;
    private final Pick pick;
    private final int[] columns;
    private final BitSet ends;
    private final float close;
    private final IntConsumer told;
    private final int before;
    private int[] tokens;
    private Optional<List<Hypothesis>> answer = Optional.empty();

    /**
     * @param columns that the answer may choose from
     * @param before tokens that the answer goes on from
     * @param close a choice that is closer than this is not made
     * @param told gets each token as it is written
     */
    Line(Limits limits, Pick pick, int[] columns, int[] before, BitSet ends, float close, IntConsumer told) {
        this.limits = limits;
        this.pick = pick;
        this.columns = columns;
        this.ends = ends;
        this.close = close;
        this.told = told;
        this.before = before.length;
        tokens = before.clone();
    }

    private BitSet banned() {
        return limits.banned(tokens, written(), ends);
    }

    private int written() {
        return tokens.length - before;
    }

    @Override
    public int wanted() {
        return pick instanceof Pick.Likeliest ? 2 + banned().cardinality() : 0;
    }

    @Override
    public List<Next> advance(StepScores step, int first) {
        OptionalInt forced = limits.forced(written());
        int token;
        if (forced.isPresent()) {
            token = forced.getAsInt();
        } else {
            Chosen chosen = chosen(step, first);
            if (chosen.lead() < close) {
                return List.of();
            }
            token = chosen.token();
        }
        boolean ended = ends.get(token);
        if (ended || written() == limits.most()) {
            boolean cut = !ended || forced.isPresent();
            answer = Optional.of(List.of(new Hypothesis(
                    Arrays.stream(tokens, before, tokens.length).boxed().toList(), cut)));
            return List.of();
        }
        tokens = Arrays.copyOf(tokens, tokens.length + 1);
        tokens[tokens.length - 1] = token;
        told.accept(token);
        return List.of(new Next(0, token));
    }

    private Chosen chosen(StepScores step, int row) {
        BitSet banned = banned();
        if (pick instanceof Pick.Sampled sampled) {
            int[] candidates = step.candidates();
            int[] free = banned.isEmpty()
                    ? columns
                    : Arrays.stream(columns)
                            .filter(column -> !banned.get(candidates[column]))
                            .toArray();
            return sampled.choose(step.logits(), row * candidates.length, free, candidates, tokens);
        }
        return Pick.first(step.likeliest(row, 2 + banned.cardinality(), columns), banned);
    }

    @Override
    public Optional<List<Hypothesis>> answers() {
        return answer;
    }
}
