// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import dev.graft.augment.Augmented;
import dev.graft.augment.Edit;
import dev.graft.config.Settings;
import dev.graft.text.EnglishWords;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The share of the words in what the edits put there that are English, or stand in the source: a translator leaves words of
 * its pivot. For operators that write words, not for those that misspell them.
 *
 * @param min {@code vocabulary.min}, least share that is kept, from 0 to 1; default 1
 */
public record KnownWords(double min) implements Filter {
    private static final Pattern WORD = Pattern.compile("\\p{L}[\\p{L}\\p{M}]*+");

    public KnownWords {
        if (!(min >= 0 && min <= 1)) {
            throw new IllegalArgumentException("vocabulary min is " + min + "; allowed is from 0 to 1");
        }
    }

    static Optional<FilterSettings.Factory> read(Settings filters) {
        double min = filters.section("vocabulary").number("min", 1, 0, 1);
        return filters.has("vocabulary")
                ? Optional.of(FilterSettings.Factory.cheap(() -> new KnownWords(min)))
                : Optional.empty();
    }

    @Override
    public String name() {
        return "vocabulary";
    }

    @Override
    public double score(Augmented candidate) {
        Set<String> source = new HashSet<>();
        for (Matcher word = WORD.matcher(candidate.source().text()); word.find(); ) {
            source.add(word.group().toLowerCase(Locale.ROOT));
        }
        int known = 0;
        int all = 0;
        for (Edit edit : candidate.edits()) {
            for (Matcher word = WORD.matcher(edit.replacement()); word.find(); all++) {
                known += source.contains(word.group().toLowerCase(Locale.ROOT)) || EnglishWords.contains(word.group())
                        ? 1
                        : 0;
            }
        }
        return all == 0 ? 1 : Scores.rounded(known / (double) all);
    }

    @Override
    public List<Double> bounds() {
        return min == 1 ? List.of() : List.of(min);
    }

    @Override
    public Verdict judge(double score) {
        return score < min ? new Verdict.Drop("vocabulary-other") : Verdict.KEEP;
    }
}
