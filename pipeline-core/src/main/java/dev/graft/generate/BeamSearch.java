// SPDX-License-Identifier: Apache-2.0
package dev.graft.generate;

import dev.graft.generate.StepScores.Ranked;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** The answers of one request along {@link Beams}. Scores are floats that are added as transformers adds them. */
final class BeamSearch implements Writing {
    private final Limits limits;
    private final Beams beams;
    private final int[] columns;
    private final BitSet ends;
    private final int before;
    private final float close;
    private final List<Group> groups;
    private float lead = Float.POSITIVE_INFINITY;
    private int written;

    /**
     * @param columns that the answers may choose from
     * @param before tokens that the answers go on from
     * @param close answers that hang on scores closer than this are not given
     */
    BeamSearch(Limits limits, Beams beams, int[] columns, int[] before, BitSet ends, float close) {
        this.limits = limits;
        this.beams = beams;
        this.columns = columns;
        this.ends = ends;
        this.before = before.length;
        this.close = close;
        Beam start = new Beam(before, 0, 0);
        groups = IntStream.range(0, beams.groups())
                .mapToObj(i -> new Group(beams.beams() / beams.groups(), start))
                .toList();
    }

    /**
     * A beginning.
     *
     * @param tokens those that it goes on from, and its own
     * @param score its log-likelihood
     * @param row among the request's own
     */
    private record Beam(int[] tokens, float score, int row) {
        Beam then(int token, float all) {
            int[] longer = Arrays.copyOf(tokens, tokens.length + 1);
            longer[tokens.length] = token;
            return new Beam(longer, all, row);
        }

        int last() {
            return tokens[tokens.length - 1];
        }

        Beam at(int place) {
            return new Beam(tokens, score, place);
        }
    }

    private record Finished(Hypothesis hypothesis, float score) {}

    private int kept(int size) {
        return Math.max(2, 1 + ends.cardinality()) * size;
    }

    @Override
    public int wanted() {
        return groups.stream().mapToInt(Group::wanted).max().orElse(1);
    }

    @Override
    public List<Next> advance(StepScores step, int first) {
        Map<Integer, Integer> chosen = new HashMap<>();
        for (Group group : groups) {
            group.advance(step, first, chosen);
            group.running.forEach(beam -> chosen.merge(beam.last(), 1, Integer::sum));
        }
        written++;
        if (lead < close) {
            return List.of();
        }
        List<Next> next = new ArrayList<>();
        for (Group group : groups) {
            group.running.replaceAll(beam -> {
                next.add(new Next(beam.row, beam.last()));
                return beam.at(next.size() - 1);
            });
        }
        return next;
    }

    @Override
    public Optional<List<Hypothesis>> answers() {
        List<Finished> all = new ArrayList<>();
        groups.forEach(group -> all.addAll(group.finished));
        all.sort(Comparator.comparing(Finished::score).reversed());
        for (int i = 0; i < beams.answers() && i + 1 < all.size(); i++) {
            clear(all.get(i).score, all.get(i + 1).score);
        }
        return lead < close
                ? Optional.empty()
                : Optional.of(all.stream()
                        .limit(beams.answers())
                        .map(Finished::hypothesis)
                        .toList());
    }

    /** A choice between two scores was made. */
    private void clear(float one, float other) {
        lead = Math.min(lead, Math.abs(one - other));
    }

    /** Beams that are searched together. */
    private final class Group {
        private final int size;
        private final List<Beam> running = new ArrayList<>();
        private final List<Finished> finished = new ArrayList<>();

        Group(int size, Beam start) {
            this.size = size;
            running.add(start);
        }

        int wanted() {
            int banned = running.stream()
                    .mapToInt(beam -> banned(beam).cardinality())
                    .max()
                    .orElse(0);
            return kept(size) + 1 + banned + beams.beams();
        }

        private BitSet banned(Beam beam) {
            return limits.banned(beam.tokens, written, ends);
        }

        /**
         * @param others how often the groups before chose a token in this step
         */
        void advance(StepScores step, int first, Map<Integer, Integer> others) {
            if (running.isEmpty()) {
                return;
            }
            OptionalInt forced = limits.forced(written);
            List<Beam> longer = new ArrayList<>();
            for (Beam beam : running) {
                if (forced.isPresent()) {
                    longer.add(beam.then(forced.getAsInt(), beam.score));
                } else {
                    continuations(beam, step, first, others, longer);
                }
            }
            longer.sort(Comparator.comparing(Beam::score).reversed());
            goOn(longer, forced.isPresent());
        }

        private void continuations(
                Beam beam, StepScores step, int first, Map<Integer, Integer> others, List<Beam> longer) {
            BitSet banned = banned(beam);
            Ranked ranked =
                    step.likeliest(first + beam.row, kept(size) + 1 + banned.cardinality() + others.size(), columns);
            for (int i = 0; i < ranked.tokens().length; i++) {
                int token = ranked.tokens()[i];
                if (!banned.get(token)) {
                    float cost = (float) beams.diversity() * others.getOrDefault(token, 0);
                    longer.add(beam.then(token, ranked.scores()[i] - cost + beam.score));
                }
            }
        }

        private void goOn(List<Beam> longer, boolean forced) {
            int now = written + 1;
            running.clear();
            int boundary = Math.min(longer.size(), kept(size));
            for (int i = 0; i < boundary; i++) {
                Beam beam = longer.get(i);
                boolean ended = ends.get(beam.last());
                boolean done = ended || now == limits.most();
                if (!done && running.size() < size) {
                    running.add(beam);
                } else if (!done) {
                    clear(running.get(size - 1).score, beam.score);
                    break;
                } else if (i < size) {
                    finish(beam, ended, forced && now == limits.most(), now);
                }
                if (done && longer.size() > size) {
                    // An end counts among the first ones only.
                    clear(beam.score, longer.get(i < size ? size : size - 1).score);
                }
            }
            if (!improves(now)) {
                running.clear();
            }
        }

        private void finish(Beam beam, boolean ended, boolean forced, int length) {
            int to = beam.tokens.length - (ended ? 1 : 0);
            Hypothesis hypothesis = new Hypothesis(
                    Arrays.stream(beam.tokens, before, to).boxed().toList(), !ended || forced);
            finished.add(new Finished(hypothesis, beam.score / penalty(length)));
            finished.sort(Comparator.comparing(Finished::score).reversed());
            if (finished.size() > size) {
                Finished out = finished.remove(size);
                clear(finished.get(size - 1).score, out.score);
            }
        }

        private float penalty(int length) {
            return (float) Math.pow(length, beams.lengthPenalty());
        }

        private boolean improves(int length) {
            if (running.isEmpty()) {
                return false;
            }
            if (finished.size() < size) {
                return true;
            }
            if (beams.stop() == Beams.Stop.FULL) {
                return false;
            }
            boolean longest = beams.stop() == Beams.Stop.IMPOSSIBLE && beams.lengthPenalty() > 0;
            float best = running.get(0).score / penalty(longest ? limits.most() : length);
            float worst = finished.get(size - 1).score;
            clear(best, worst);
            return best > worst;
        }
    }
}
