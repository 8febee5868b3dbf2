// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.search;

import dev.graft.config.ConfigException;
import dev.graft.config.Settings;
import dev.graft.jobs.augment.setup.AugmentSection;
import dev.graft.random.Draw;
import dev.graft.random.Seeds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * The policies that are tried, as RandAugment has them (Cubuk et al. 2020, section 3: how many operators and one strength for
 * all), with the number of copies, their composition and a bound of similarity.
 *
 * @param operators names
 * @param strengths {@code alpha} or {@code rate} of every operator of a policy, from 0 to 1
 * @param copies of each row
 * @param together most operators of a policy
 * @param compositions how they go together
 * @param similarities bounds of the cosine of copy and source, -1 for none
 */
record Space(
        List<String> operators,
        List<Double> strengths,
        List<Integer> copies,
        int together,
        List<Composition> compositions,
        List<Double> similarities) {
    /** Draws of a policy that was drawn before, until the space is taken to be exhausted. */
    private static final int ATTEMPTS = 50;

    /** How the operators of a policy go together. */
    enum Composition {
        /** Each makes copies of its own. */
        BESIDE,
        /** One after the other makes a copy. */
        SEQUENCE,
        /** One of them is drawn for each copy. */
        ONE_OF
    }

    /** At most so many policies, each once: {@link Policy#NO_COPIES} first, then what was drawn. */
    List<Policy> drawn(int most, long seed) {
        RandomGenerator random = Seeds.random(Seeds.of(seed, "search", 0));
        Set<String> known = new LinkedHashSet<>();
        List<Policy> policies = new ArrayList<>(List.of(Policy.NO_COPIES));
        for (int failed = 0; policies.size() < most && failed < ATTEMPTS; ) {
            Policy policy = policy(point(random));
            if (known.add(policy.fingerprint())) {
                policies.add(policy);
                failed = 0;
            } else {
                failed++;
            }
        }
        return policies;
    }

    /** One strength for all operators. */
    Point point(RandomGenerator random) {
        int count = 1 + random.nextInt(Math.min(together, operators.size()));
        List<String> some = Draw.shuffled(operators, random).subList(0, count);
        double strength = Draw.one(strengths, random);
        int each = Draw.one(copies, random);
        Composition composition = count == 1 ? Composition.BESIDE : Draw.one(compositions, random);
        SortedMap<String, Double> strong = new TreeMap<>();
        some.forEach(operator -> strong.put(operator, strength));
        return new Point(strong, each, composition, Draw.one(similarities, random));
    }

    static Policy policy(Point point) {
        List<Map<String, Object>> entries = new ArrayList<>();
        point.strengths().forEach((operator, strength) -> entries.add(entry(operator, strength)));
        return new Policy(
                name(point),
                switch (point.composition()) {
                    case BESIDE ->
                        entries.stream()
                                .map(entry -> with(entry, "copies", point.copies()))
                                .toList();
                    case SEQUENCE -> List.of(together("sequence", "steps", entries, point.copies()));
                    case ONE_OF -> List.of(together("one-of", "choices", entries, point.copies()));
                },
                point.similarity());
    }

    private static String name(Point point) {
        String between = point.composition() == Composition.SEQUENCE ? " > " : " + ";
        boolean even = point.strengths().values().stream().distinct().count() == 1;
        return point.strengths().entrySet().stream()
                        .map(each -> each.getKey() + (even ? "" : " " + each.getValue()))
                        .collect(Collectors.joining(between))
                + (even ? ", " + point.strengths().values().iterator().next() : "")
                + (point.composition() == Composition.ONE_OF ? ", one of them" : "")
                + String.format(
                        Locale.ROOT,
                        ", %d %s%s",
                        point.copies(),
                        point.copies() == 1 ? "copy" : "copies",
                        point.similarity() > -1 ? ", similarity " + point.similarity() : "");
    }

    private static Map<String, Object> together(
            String operator, String key, List<Map<String, Object>> entries, int copies) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("operator", operator);
        entry.put(key, entries);
        entry.put("copies", copies);
        return entry;
    }

    private static Map<String, Object> with(Map<String, Object> entry, String key, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(entry);
        more.put(key, value);
        return more;
    }

    private static Map<String, Object> entry(String operator, double strength) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("operator", operator);
        strengthKey(operator).ifPresent(key -> entry.put(key, strength));
        return entry;
    }

    /** The key that says how strong an operator is; of one that has no such key it is as strong as it is. */
    private static Optional<String> strengthKey(String operator) {
        return List.of("alpha", "rate").stream()
                .filter(key -> isRead("operator = " + operator + ", " + key + " = 0.1"))
                .findFirst();
    }

    /** Whether an operator can be had with its defaults. */
    static boolean isRead(String entry) {
        try {
            Settings.parse("operators = [{" + entry + "}]", AugmentSection::read);
            return true;
        } catch (ConfigException e) {
            return false;
        }
    }
}
