// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.search;

import dev.graft.random.Seeds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Proposes points that are likelier among the good ones than among the others: a tree-structured Parzen estimator (Bergstra et al.
 * 2011, section 4), by which Text AutoAugment (Ren et al. 2021, section 3.3) finds its policies. Each operator has a strength of
 * its own, or is not there; all choices are taken for independent, and counts are smoothed by one for each choice.
 */
record ParzenEstimator(Space space) {
    /** Of the policies this part is drawn from the space, to begin with; so many at once are proposed of what is known by then. */
    private static final int DRAWN = 3;

    private static final int BATCH = 4;
    /** As hyperopt has it: the share of the good ones is this times the root of the number of all, and the most of them. */
    private static final double GOOD = 0.25;

    private static final int MOST_GOOD = 25;
    private static final int CANDIDATES = 24;
    /** Draws of operators that are too many or none, until one that fits is taken of the space. */
    private static final int ATTEMPTS = 100;

    /** A point and the accuracy that its policy came to. */
    record Tried(Point point, double accuracy) {}

    /**
     * At most so many policies, each once: {@link Policy#NO_COPIES} first, then what was drawn, then what was proposed.
     *
     * @param trial what came of some policies; of fewer than were asked for, if there is no budget left
     */
    List<Policy> policies(int most, long seed, Function<List<Policy>, List<Trial>> trial) {
        List<Policy> policies = new ArrayList<>(List.of(Policy.NO_COPIES));
        Map<String, Point> points = new HashMap<>();
        List<Tried> tried = new ArrayList<>();
        RandomGenerator random = Seeds.random(Seeds.of(seed, "propose", 0));
        int asked = 1;
        while (policies.size() < most) {
            boolean drawn = tried.size() < most / DRAWN;
            int end = Math.min(most, policies.size() + BATCH);
            for (int i = 0; i < ATTEMPTS && policies.size() < end; i++) {
                Point point = drawn ? space.point(random) : proposed(tried, random);
                Policy policy = Space.policy(point);
                if (points.putIfAbsent(policy.fingerprint(), point) == null) {
                    policies.add(policy);
                }
            }
            List<Policy> some = policies.subList(asked, policies.size());
            List<Trial> trials = some.isEmpty() ? List.of() : trial.apply(some);
            trials.forEach(
                    each -> tried.add(new Tried(Objects.requireNonNull(points.get(each.policy())), each.accuracy())));
            if (trials.isEmpty() || trials.size() < some.size()) {
                break;
            }
            asked = policies.size();
        }
        return policies;
    }

    /** The best of some candidates by the ratio of the two densities. */
    Point proposed(List<Tried> tried, RandomGenerator random) {
        List<Point> ranked = tried.stream()
                .sorted(Comparator.comparingDouble((Tried each) -> -each.accuracy)
                        .thenComparing(each -> each.point.toString()))
                .map(Tried::point)
                .toList();
        int good = Math.min(ranked.size(), Math.min(MOST_GOOD, (int) Math.ceil(GOOD * Math.sqrt(ranked.size()))));
        Density above = new Density(ranked.subList(0, good));
        Density below = new Density(ranked.subList(good, ranked.size()));
        Optional<Point> best = Optional.empty();
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < CANDIDATES; i++) {
            Point candidate = above.drawn(random);
            double ratio = above.log(candidate) - below.log(candidate);
            if (ratio > most) {
                best = Optional.of(candidate);
                most = ratio;
            }
        }
        return best.orElseThrow();
    }

    /** Of some points, each choice by itself. */
    private final class Density {
        private final SortedMap<String, Choice<Double>> operators = new TreeMap<>();
        private final Choice<Integer> copies;
        private final Choice<Space.Composition> composition;
        private final Choice<Double> similarity;

        Density(List<Point> points) {
            // Before anything was tried an operator is there as often as in a draw of the space.
            double there = (1 + Math.min(space.together(), space.operators().size()))
                    / 2.0
                    / space.operators().size();
            for (String operator : space.operators()) {
                Map<Double, Double> before = new TreeMap<>();
                int values = space.strengths().size() + 1;
                space.strengths()
                        .forEach(strength -> before.put(
                                strength, there * values / space.strengths().size()));
                before.put(0.0, (1 - there) * values);
                operators.put(
                        operator,
                        new Choice<>(before, points, point -> point.strengths().getOrDefault(operator, 0.0)));
            }
            copies = new Choice<>(even(space.copies()), points, Point::copies);
            composition = new Choice<>(even(space.compositions()), several(points), Point::composition);
            similarity = new Choice<>(even(space.similarities()), points, Point::similarity);
        }

        Point drawn(RandomGenerator random) {
            for (int i = 0; i < ATTEMPTS; i++) {
                SortedMap<String, Double> strengths = new TreeMap<>();
                operators.forEach((operator, choice) -> {
                    double strength = choice.drawn(random);
                    if (strength > 0) {
                        strengths.put(operator, strength);
                    }
                });
                if (!strengths.isEmpty() && strengths.size() <= space.together()) {
                    return new Point(
                            strengths, copies.drawn(random), composition.drawn(random), similarity.drawn(random));
                }
            }
            return space.point(random);
        }

        double log(Point point) {
            double sum = copies.log(point.copies()) + similarity.log(point.similarity());
            for (Map.Entry<String, Choice<Double>> each : operators.entrySet()) {
                sum += each.getValue().log(point.strengths().getOrDefault(each.getKey(), 0.0));
            }
            return point.strengths().size() > 1 ? sum + composition.log(point.composition()) : sum;
        }
    }

    private static List<Point> several(List<Point> points) {
        return points.stream().filter(point -> point.strengths().size() > 1).toList();
    }

    private static <T> Map<T, Double> even(List<T> values) {
        Map<T, Double> even = new HashMap<>();
        values.forEach(value -> even.put(value, 1.0));
        return even;
    }

    /** Values with their smoothed shares. */
    private static final class Choice<T> {
        private final List<T> values;
        private final double[] shares;

        Choice(Map<T, Double> before, List<Point> points, Function<Point, T> of) {
            Map<T, Double> counts = new HashMap<>(before);
            points.forEach(point -> counts.merge(of.apply(point), 1.0, Double::sum));
            values = counts.keySet().stream()
                    .sorted(Comparator.comparing(Objects::toString))
                    .toList();
            double sum = values.stream()
                    .mapToDouble(value -> counts.getOrDefault(value, 0.0))
                    .sum();
            shares = values.stream()
                    .mapToDouble(value -> counts.getOrDefault(value, 0.0) / sum)
                    .toArray();
        }

        T drawn(RandomGenerator random) {
            double left = random.nextDouble();
            for (int i = 0; i < shares.length - 1; i++) {
                left -= shares[i];
                if (left < 0) {
                    return values.get(i);
                }
            }
            return values.get(shares.length - 1);
        }

        double log(T value) {
            return Math.log(shares[values.indexOf(value)]);
        }
    }
}
