// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import dev.graft.augment.Augmented;
import dev.graft.augment.Edit;
import dev.graft.config.Settings;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * Levenshtein distance of candidate and source in chars, over the length of the longer: what the edits replaced is compared
 * with what they put there. Of a replacement of more than {@value #LONGEST} chars all count as changed.
 *
 * @param min {@code edit-distance.min}, least distance that is kept, from 0 to 1; default 0
 * @param max {@code edit-distance.max}, greatest that is kept, from 0 to 1; default 1
 */
public record EditDistance(double min, double max) implements Filter {
    private static final int LONGEST = 4000;

    public EditDistance {
        if (!(min >= 0 && min <= max && max <= 1)) {
            throw new IllegalArgumentException(
                    "edit-distance min = " + min + ", max = " + max + "; allowed is 0 <= min <= max <= 1");
        }
    }

    static Optional<FilterSettings.Factory> read(Settings filters) {
        Settings section = filters.section("edit-distance");
        double min = section.number("min", 0, 0, 1);
        double max = section.number("max", 1, 0, 1);
        return filters.has("edit-distance")
                ? Optional.of(FilterSettings.Factory.cheap(() -> new EditDistance(min, max)))
                : Optional.empty();
    }

    @Override
    public String name() {
        return "edit-distance";
    }

    @Override
    public double score(Augmented candidate) {
        String source = candidate.source().text();
        long distance = 0;
        for (Edit edit : candidate.edits()) {
            distance += distance(source.substring(edit.start(), edit.end()), edit.replacement());
        }
        int longer = Math.max(1, Math.max(source.length(), candidate.text().length()));
        return Scores.rounded(Math.min(1, distance / (double) longer));
    }

    private static int distance(String a, String b) {
        return a.length() > LONGEST || b.length() > LONGEST
                ? Math.max(a.length(), b.length())
                : LevenshteinDistance.getDefaultInstance().apply(a, b);
    }

    @Override
    public List<Double> bounds() {
        return Stream.of(min, max).filter(bound -> bound > 0 && bound < 1).toList();
    }

    @Override
    public Verdict judge(double score) {
        if (score < min) {
            return new Verdict.Drop("edit-distance-low");
        }
        return score > max ? new Verdict.Drop("edit-distance-high") : Verdict.KEEP;
    }
}
