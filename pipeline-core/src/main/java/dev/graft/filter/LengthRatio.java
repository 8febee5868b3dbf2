// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import dev.graft.augment.Augmented;
import dev.graft.config.Settings;
import java.util.List;
import java.util.Optional;

/**
 * Length of the candidate over the length of its source, in chars.
 *
 * @param min {@code length-ratio.min}, least ratio that is kept, from 0 to 1; default 0.5
 * @param max {@code length-ratio.max}, greatest ratio that is kept, 1 or more; default 2
 */
public record LengthRatio(double min, double max) implements Filter {
    public LengthRatio {
        if (!(min >= 0 && min <= 1 && max >= 1)) {
            throw new IllegalArgumentException("length-ratio min = " + min + ", max = " + max
                    + "; allowed is min from 0 to 1 and max of 1 or more");
        }
    }

    static Optional<FilterSettings.Factory> read(Settings filters) {
        Settings section = filters.section("length-ratio");
        double min = section.number("min", 0.5, 0, 1);
        double max = section.number("max", 2, 1, 1000);
        return Optional.of(FilterSettings.Factory.cheap(() -> new LengthRatio(min, max)));
    }

    @Override
    public String name() {
        return "length-ratio";
    }

    @Override
    public double score(Augmented candidate) {
        return Scores.rounded(candidate.text().length()
                / (double) Math.max(1, candidate.source().text().length()));
    }

    @Override
    public List<Double> bounds() {
        return List.of(min, max);
    }

    @Override
    public Verdict judge(double score) {
        if (score < min) {
            return new Verdict.Drop("length-ratio-low");
        }
        return score > max ? new Verdict.Drop("length-ratio-high") : Verdict.KEEP;
    }
}
