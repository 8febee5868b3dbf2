// SPDX-License-Identifier: Apache-2.0
package dev.graft.generate;

import dev.graft.generate.StepScores.Ranked;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How the next token of an answer is chosen. What is chosen depends on the answer's own logits, tokens and seed alone, not on the
 * batch: how clear a choice is, is told with it, so that one that another batch's floats might turn is made again alone.
 */
public sealed interface Pick extends Search {
    /** The likeliest. */
    Pick LIKELIEST = new Likeliest();

    @Override
    default int rows() {
        return 1;
    }

    /**
     * @param lead how far the logits would have to differ for another choice
     */
    record Chosen(int token, float lead) {}

    /** Greedy. */
    record Likeliest() implements Pick {}

    /** The first that may come. */
    static Chosen first(Ranked ranked, BitSet banned) {
        int[] free = IntStream.range(0, ranked.tokens().length)
                .filter(i -> !banned.get(ranked.tokens()[i]))
                .limit(2)
                .toArray();
        if (free.length == 0) {
            throw new IllegalStateException("no token is left that an answer could go on with");
        }
        float first = ranked.scores()[free[0]];
        float lead = free.length == 1 ? Float.POSITIVE_INFINITY : first - ranked.scores()[free[1]];
        return new Chosen(ranked.tokens()[free[0]], lead);
    }

    /**
     * Drawn from the softmax of the logits by temperature, of the {@code topK} likeliest (Fan et al. 2018) and of the fewest whose
     * probabilities reach {@code topP} (Holtzman et al. 2020), tokens that were there before made less likely by the penalty
     * (Keskar et al. 2019, section 4.1). The draw takes the greatest sum of a logit and a Gumbel variable of the seed, the place and
     * the token.
     *
     * @param temperature above 0
     * @param topK 0 for any number
     * @param topP above 0, to 1
     * @param penalty at least 1
     */
    record Sampled(double temperature, int topK, double topP, double penalty, long seed) implements Pick {
        /** What is less likely than this by the factor e^-20 is never drawn. */
        private static final double RANGE = 20;

        public Sampled {
            if (!(temperature > 0) || topK < 0 || !(topP > 0 && topP <= 1) || !(penalty >= 1)) {
                throw new IllegalArgumentException(
                        "temperature " + temperature + ", top-k " + topK + ", top-p " + topP + ", repetition-penalty "
                                + penalty + "; allowed are above 0, at least 0, above 0 to 1, and at least 1");
            }
        }

        private record Scored(int column, double score) {}

        /**
         * @param logits of all rows, flat
         * @param from where the row's begin
         * @param columns that may be chosen
         * @param candidates the token of each column
         * @param before tokens so far, those among them that the answer goes on from
         */
        Chosen choose(float[] logits, int from, int[] columns, int[] candidates, int[] before) {
            BitSet seen = new BitSet();
            if (penalty > 1) {
                Arrays.stream(before).forEach(seen::set);
            }
            double[] scores = new double[columns.length];
            double best = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < columns.length; i++) {
                double logit = logits[from + columns[i]];
                if (seen.get(candidates[columns[i]])) {
                    logit = logit > 0 ? logit / penalty : logit * penalty;
                }
                scores[i] = logit / temperature;
                best = Math.max(best, scores[i]);
            }
            double least = best - RANGE;
            Scored[] sorted = IntStream.range(0, columns.length)
                    .filter(i -> scores[i] >= least)
                    .mapToObj(i -> new Scored(columns[i], scores[i]))
                    .sorted((one, other) -> Double.compare(other.score, one.score))
                    .toArray(Scored[]::new);
            int kept = topK == 0 ? sorted.length : Math.min(topK, sorted.length);
            double lead = kept < sorted.length ? sorted[kept - 1].score - sorted[kept].score : RANGE;
            double[] weights = new double[kept];
            Arrays.setAll(weights, i -> Math.exp(sorted[i].score - sorted[0].score));
            double all = Arrays.stream(weights).sum();
            int drawn = 0;
            double reached = 0;
            while (drawn < kept && reached < topP * all) {
                reached += weights[drawn++];
            }
            if (drawn < kept) {
                double over = (reached - topP * all) / all;
                double under = weights[drawn - 1] / all - over;
                lead = Math.min(lead, Math.min(over, under));
            }
            return drawn(Arrays.copyOf(sorted, drawn), candidates, before.length, lead);
        }

        private Chosen drawn(Scored[] kept, int[] candidates, int place, double clear) {
            int column = kept[0].column;
            double first = Double.NEGATIVE_INFINITY;
            double second = Double.NEGATIVE_INFINITY;
            for (Scored each : kept) {
                double value = each.score + gumbel(place, candidates[each.column]);
                if (value > first) {
                    second = first;
                    first = value;
                    column = each.column;
                } else if (value > second) {
                    second = value;
                }
            }
            return new Chosen(candidates[column], (float) (Math.min(clear, first - second) * temperature));
        }

        /** Of the seed, the place and the token alone. */
        private double gumbel(int place, int token) {
            double uniform = new SplittableRandom((seed * 31 + place) * 0x9E3779B97F4A7C15L + token).nextDouble();
            return -Math.log(-Math.log(Math.max(uniform, Double.MIN_NORMAL)));
        }
    }
}
