// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import dev.graft.config.Settings;
import dev.graft.nn.SentenceEncoder;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The section {@code augment.filters}.
 *
 * @param minLengthRatio {@code length-ratio.min}, default 0.5
 * @param maxLengthRatio {@code length-ratio.max}, default 2
 * @param minSimilarity {@code similarity.min}, default 0.7; -1 leaves the encoder out
 */
public record FilterSettings(double minLengthRatio, double maxLengthRatio, double minSimilarity)
        implements Serializable {
    public static FilterSettings read(Settings filters) {
        Settings ratio = filters.section("length-ratio");
        return new FilterSettings(
                ratio.number("min", 0.5, 0, 1),
                ratio.number("max", 2, 1, 1000),
                filters.section("similarity").number("min", 0.7, -1, 1));
    }

    /** The one list of filters, cheap ones first. */
    public List<Filter> filters(Supplier<SentenceEncoder> encoder) {
        List<Filter> filters = new ArrayList<>();
        filters.add(new LengthRatio(minLengthRatio, maxLengthRatio));
        if (minSimilarity > -1) {
            filters.add(new Similarity(encoder.get(), minSimilarity));
        }
        return filters;
    }
}
