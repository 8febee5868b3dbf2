// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import dev.graft.augment.Augmented;
import dev.graft.config.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.stream.Stream;
import opennlp.tools.langdetect.LanguageDetectorModel;
import opennlp.tools.langdetect.ThreadSafeLanguageDetectorME;

/**
 * How sure OpenNLP's language detector is that the candidate is in a language.
 *
 * @param code {@code language.code}, ISO 639-3, such as "eng" (default)
 * @param min {@code language.min}, least confidence that is kept, from 0 to 1; default 0.1, since a short text has
 *     many languages that it could be in
 */
public record Language(ThreadSafeLanguageDetectorME detector, String code, double min) implements Filter {
    private static final String MODEL = "/langdetect-183.bin";

    public Language {
        if (!(min >= 0 && min <= 1)) {
            throw new IllegalArgumentException("language min is " + min + "; allowed is from 0 to 1");
        }
        if (Stream.of(detector.getSupportedLanguages()).noneMatch(code::equals)) {
            throw new IllegalArgumentException("language code is \"" + code + "\"; allowed is one of "
                    + String.join(", ", detector.getSupportedLanguages()));
        }
    }

    static Optional<FilterSettings.Factory> read(Settings filters) {
        Settings section = filters.section("language");
        String code = section.string("code", "eng");
        double min = section.number("min", 0.1, 0, 1);
        if (!code.matches("[a-z]{3}")) {
            section.problem("code", "a language in three letters (ISO 639-3), such as eng", code);
        }
        return filters.has("language") ? Optional.of(resources -> new Language(load(), code, min)) : Optional.empty();
    }

    private static ThreadSafeLanguageDetectorME load() {
        try (InputStream model = Language.class.getResourceAsStream(MODEL)) {
            if (model == null) {
                throw new IllegalStateException(MODEL + " is not on the class path");
            }
            return new ThreadSafeLanguageDetectorME(new LanguageDetectorModel(model));
        } catch (IOException e) {
            throw new UncheckedIOException("the language model can't be read: " + e, e);
        }
    }

    @Override
    public String name() {
        return "language";
    }

    @Override
    public double score(Augmented candidate) {
        return Stream.of(detector.predictLanguages(candidate.text()))
                .filter(language -> language.getLang().equals(code))
                .mapToDouble(language -> Scores.rounded(language.getConfidence()))
                .findFirst()
                .orElse(0);
    }

    @Override
    public Verdict judge(double score) {
        return score < min ? new Verdict.Drop("language-other") : Verdict.KEEP;
    }
}
