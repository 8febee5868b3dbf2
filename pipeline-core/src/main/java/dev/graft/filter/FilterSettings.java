// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import dev.graft.augment.Resources;
import dev.graft.config.Settings;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
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

    /** Reads the section; a filter that is turned off is not in the list. */
    public static List<Factory> read(Settings filters) {
        return Stream.<Function<Settings, Optional<Factory>>>of(
                        LengthRatio::read,
                        EditDistance::read,
                        Repetition::read,
                        section -> Consistency.read(section, Consistency.Kind.NUMBERS),
                        section -> Consistency.read(section, Consistency.Kind.UNITS),
                        section -> Consistency.read(section, Consistency.Kind.NEGATION),
                        section -> Consistency.read(section, Consistency.Kind.ENTITIES),
                        KnownWords::read,
                        Language::read,
                        Similarity::read,
                        PerplexityRatio::read,
                        LabelAgreement::read)
                .flatMap(reader -> reader.apply(filters).stream())
                .toList();
    }
}
