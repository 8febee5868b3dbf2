// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import dev.graft.augment.Augmented;
import dev.graft.config.Settings;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A generator's loop: the share of the candidate's runs of three words that stood in it before, less that of the source
 * (as in Holtzman et al. 2020, section 5).
 *
 * @param max {@code repetition.max}, greatest share that is kept, from 0 to 1; default 0.3
 */
public record Repetition(double max) implements Filter {
    private static final int RUN = 3;

    public Repetition {
        if (!(max >= 0 && max <= 1)) {
            throw new IllegalArgumentException("repetition max is " + max + "; allowed is from 0 to 1");
        }
    }

    static Optional<FilterSettings.Factory> read(Settings filters) {
        double max = filters.section("repetition").number("max", 0.3, 0, 1);
        return filters.has("repetition")
                ? Optional.of(FilterSettings.Factory.cheap(() -> new Repetition(max)))
                : Optional.empty();
    }

    @Override
    public String name() {
        return "repetition";
    }

    @Override
    public double score(Augmented candidate) {
        return Scores.rounded(Math.max(
                0, repeated(candidate.text()) - repeated(candidate.source().text())));
    }

    private static double repeated(String text) {
        String[] words = text.toLowerCase(Locale.ROOT).strip().split("\\s+", -1);
        int runs = words.length - RUN + 1;
        Set<String> seen = new HashSet<>();
        int again = 0;
        for (int i = 0; i < runs; i++) {
            again += seen.add(words[i] + " " + words[i + 1] + " " + words[i + 2]) ? 0 : 1;
        }
        return runs <= 0 ? 0 : again / (double) runs;
    }

    @Override
    public List<Double> bounds() {
        return List.of(max);
    }

    @Override
    public Verdict judge(double score) {
        return score > max ? new Verdict.Drop("repetition-high") : Verdict.KEEP;
    }
}
