// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import dev.graft.augment.Resources;
import dev.graft.config.Settings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The section {@code augment.filters}: the one list of filters, cheap ones first. */
public final class FilterSettings {
    private FilterSettings() {}

    /** Makes a filter where it is needed; its model may be large. */
    @FunctionalInterface
    public interface Factory {
        Filter make(Resources resources);

        /** Whether no model is asked. */
        default boolean isCheap() {
            return false;
        }

        /** The same filter for the copies of one operator. */
        default Factory forOperator(String name) {
            Factory all = this;
            return new Factory() {
                @Override
                public Filter make(Resources resources) {
                    return new ForOperator(all.make(resources), name);
                }

                @Override
                public boolean isCheap() {
                    return all.isCheap();
                }
            };
        }

        /** As {@code factory}, of a filter that asks no model. */
        static Factory cheap(Supplier<Filter> factory) {
            return new Factory() {
                @Override
                public Filter make(Resources resources) {
                    return factory.get();
                }

                @Override
                public boolean isCheap() {
                    return true;
                }
            };
        }
    }

    /**
     * The filters that an operator's own section turns on.
     *
     * @param names of them
     */
    public record Own(Set<String> names, List<Factory> factories) {
        public Own {
            names = Set.copyOf(names);
            factories = List.copyOf(factories);
        }

        /** Reads {@code filters} of an operator's section. */
        public static Own read(Settings operator) {
            if (!operator.has("filters")) {
                return new Own(Set.of(), List.of());
            }
            Settings filters = operator.section("filters");
            return new Own(filters.keys(), named(filters));
        }
    }

    /**
     * The filters that stand with an operator, but for those that the section names: what a user writes counts for all
     * operators.
     *
     * @param standing the section of each filter by its name
     * @param operator name of the step
     */
    public static List<Factory> standing(Map<String, String> standing, String operator, Settings filters) {
        String sections = standing.entrySet().stream()
                .filter(filter -> !filters.has(filter.getKey()))
                .map(filter -> filter.getKey() + " {" + filter.getValue() + "}\n")
                .sorted()
                .collect(Collectors.joining());
        return Settings.parse(sections, FilterSettings::named).stream()
                .map(factory -> factory.forOperator(operator))
                .toList();
    }

    /** Reads the section; a filter that is turned off is not in the list, and the ratio of lengths is unless it is. */
    public static List<Factory> read(Settings filters) {
        return Stream.concat(LengthRatio.read(filters).stream(), named(filters).stream())
                .toList();
    }

    private static List<Factory> named(Settings filters) {
        return Stream.<Function<Settings, Optional<Factory>>>of(
                        EditDistance::read,
                        Repetition::read,
                        section -> Consistency.read(section, Consistency.Kind.NUMBERS),
                        section -> Consistency.read(section, Consistency.Kind.UNITS),
                        section -> Consistency.read(section, Consistency.Kind.NEGATION),
                        section -> Consistency.read(section, Consistency.Kind.ENTITIES),
                        KnownWords::read,
                        Language::read,
                        Similarity::read,
                        CrossFit::read,
                        PerplexityRatio::read,
                        LabelAgreement::read)
                .flatMap(reader -> reader.apply(filters).stream())
                .toList();
    }
}
