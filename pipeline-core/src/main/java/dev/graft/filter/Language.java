// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import dev.graft.augment.Augmented;
import dev.graft.config.Settings;
import dev.graft.text.Languages;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether the candidate is still in a language, by OpenNLP's detector: how many places the language lost among all that the
 * text may be in, against the source. A confidence says little, as short texts could be in many languages.
 *
 * @param code {@code language.code}, ISO 639-3, such as "eng" (default)
 * @param max {@code language.max}, most places lost that are kept, from 0 to 200; default 1. A candidate for which the language
 *     is the first is always kept.
 */
public record Language(Languages detector, String code, int max) implements Filter {
    private static final String ENGLISH = "eng";
    private static final int MOST = 200;

    public Language {
        if (!(max >= 0 && max <= MOST)) {
            throw new IllegalArgumentException("language max is " + max + "; allowed is from 0 to " + MOST);
        }
        if (Stream.of(detector.codes()).noneMatch(code::equals)) {
            throw new IllegalArgumentException(
                    "language code is \"" + code + "\"; allowed is one of " + String.join(", ", detector.codes()));
        }
    }

    static Optional<FilterSettings.Factory> read(Settings filters) {
        Settings section = filters.section("language");
        String code = section.string("code", ENGLISH);
        int max = section.integer("max", 1, 0, MOST);
        if (filters.has("language") && !code.equals(ENGLISH)) {
            requireKnown(section, code);
        }
        return filters.has("language")
                ? Optional.of(resources -> new Language(Languages.load(), code, max))
                : Optional.empty();
    }

    private static void requireKnown(Settings section, String code) {
        List<String> codes = Stream.of(Languages.load().codes()).sorted().toList();
        if (!codes.contains(code)) {
            section.problem("code", "a language by its ISO 639-3 code, one of " + String.join(", ", codes), code);
        }
    }

    @Override
    public String name() {
        return "language";
    }

    @Override
    public double score(Augmented candidate) {
        int rank = detector.rank(candidate.text(), code);
        return rank == 1
                ? 0
                : Math.max(0, rank - detector.rank(candidate.source().text(), code));
    }

    @Override
    public Verdict judge(double score) {
        return score > max ? new Verdict.Drop("language-other") : Verdict.KEEP;
    }
}
