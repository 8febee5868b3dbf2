// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Copies;
import dev.graft.augment.Resources;
import dev.graft.config.Settings;
import dev.graft.filter.FilterSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * An entry of {@code augment.operators}, or of an operator that is made of others.
 *
 * @param name {@code name}, which the column {@code operator} shows; default the operator's own
 * @param copies rows made of each document: {@code copies} times those of the parts
 * @param operators this one and all parts
 * @param filters {@code filters}, which judge its copies alone, in place of those of the same name that stand with it
 * @param factory makes the operator where it is needed
 */
public record Step(String name, Copies copies, Set<Operator> operators, FilterSettings.Own filters, Factory factory) {
    /** From the settings, which are checked where the job starts, to the operator, which may be large. */
    @FunctionalInterface
    public interface Factory {
        Augmenter make(Resources resources);
    }

    public Step {
        operators = Set.copyOf(operators);
    }

    /** Reads a list of operators; a name stands in it once. What is optional and lacks something is left out. */
    public static List<Step> read(List<Settings> sections) {
        List<Step> steps = present(sections, section -> read(section));
        Set<String> names = new TreeSet<>();
        for (Step step : steps) {
            if (!names.add(step.name)) {
                throw new IllegalArgumentException("augment.operators has \"" + step.name
                        + "\" twice; allowed is once, with copies or with another name");
            }
        }
        return steps;
    }

    /**
     * Reads entries, each of which may be {@code optional} (default false): such a one is left out where something that it
     * needs is not there.
     */
    static <T> List<T> present(List<Settings> sections, Function<Settings, T> reader) {
        List<T> present = new ArrayList<>();
        for (Settings section : sections) {
            T read = reader.apply(section);
            if (section.flag("optional", false) && !section.lacking().isEmpty()) {
                section.leaveOut();
            } else {
                present.add(read);
            }
        }
        return present;
    }

    /** An operator that is made of others lacks them where all were left out. */
    static void requireOne(Settings section, String key, List<?> given, List<?> present) {
        if (!present.isEmpty()) {
            return;
        }
        if (given.isEmpty()) {
            section.problem(key, "a list of one or more operators", "");
        } else {
            section.lacks(
                    key,
                    "none of these operators has what it needs: "
                            + section.leftOut().values());
        }
    }

    /** A part of another operator, of whose copies the whole's filters are asked. */
    static Step part(Settings section) {
        Step step = gated(section);
        if (!step.filters.names().isEmpty()) {
            section.problem("filters", "nothing; filters stand with the operator that this one is part of", "");
        }
        return step;
    }

    /** A part of another operator that is judged by itself: what is made of a class is asked of the whole. */
    static Step gated(Settings section) {
        Step step = read(section);
        if (step.copies.perClass() > 0) {
            section.problem(
                    "copies", "a whole number; per-class stands with the operator that this one is part of", "");
        }
        return step;
    }

    static Step read(Settings section) {
        section.string("operator");
        Operator operator = section.choice("operator", Operator.class, Operator.RANDOM_SWAP);
        Copies copies = Copies.read(section);
        String name = section.string("name", Settings.name(operator));
        if (!name.matches("[\\w.+-]{1,60}")) {
            section.problem("name", "1 to 60 letters, digits or . _ + -", name);
        }
        Parts parts = operator.read(section);
        Set<Operator> operators = new TreeSet<>(parts.operators());
        operators.add(operator);
        return new Step(
                name, copies.times(parts.copies()), operators, FilterSettings.Own.read(section), parts.factory());
    }

    /** An operator that a key names, which needs no model and no file, with its own keys and no others. */
    public static Factory noise(Settings section, String key) {
        Operator operator = section.choice(key, Operator.class, Operator.KEYBOARD_TYPOS);
        if (operator.family() == Operator.Family.CHARACTERS
                || operator.isCheap() && operator.family() == Operator.Family.WORDS) {
            return operator.read(section).factory();
        }
        section.leave();
        return section.problem(key, "an operator of characters or words that needs no model", any -> {
            throw new IllegalStateException("refused when it was read");
        });
    }

    /**
     * The judges of its copies: its own filters, and those that stand with the operator and its parts, but for what its own
     * or the section names.
     */
    public List<FilterSettings.Factory> judges(Settings section) {
        List<FilterSettings.Factory> judges = new ArrayList<>(FilterSettings.standing(standing(), name, section));
        filters.factories().forEach(filter -> judges.add(filter.forOperator(name)));
        return judges;
    }

    /** What judges a text behind it within a sequence: its own filters, and of those that stand with it the ones without a model. */
    List<FilterSettings.Factory> gate() {
        return Stream.concat(
                        Settings.parse("", none -> FilterSettings.standing(standing(), name, none)).stream()
                                .filter(FilterSettings.Factory::isCheap),
                        filters.factories().stream())
                .toList();
    }

    private Map<String, String> standing() {
        Map<String, String> standing = new TreeMap<>();
        operators.forEach(
                operator -> operator.filters().forEach((filter, keys) -> standing.merge(filter, keys, Step::stricter)));
        standing.keySet().removeAll(filters.names());
        return standing;
    }

    /** Of two sections of one filter that with the greater bound: {@code min = 0.95}. */
    private static String stricter(String one, String other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /**
     * What is left of an operator's section when it has been read.
     *
     * @param copies of its parts, multiplied
     * @param operators that it is made of
     */
    record Parts(int copies, Set<Operator> operators, Factory factory) {
        Parts forEnglish() {
            return new Parts(copies, operators, resources -> new EnglishOnly(factory.make(resources)));
        }
    }
}
