// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import opennlp.tools.langdetect.Language;
import opennlp.tools.langdetect.LanguageDetectorModel;
import opennlp.tools.langdetect.ThreadSafeLanguageDetectorME;

/**
 * OpenNLP's language detector, asked for ranks: of some hundred languages it gives the right one of a short text a low
 * confidence (0.09 in the median for English), but mostly the first place. May be shared by threads.
 */
public final class Languages {
    static final String MODEL = "langdetect-183.bin";
    /** More of a text does not tell more. */
    private static final int LONGEST = 2000;

    private final ThreadSafeLanguageDetectorME detector;

    private Languages(ThreadSafeLanguageDetectorME detector) {
        this.detector = detector;
    }

    public static Languages load() {
        try (InputStream model = Languages.class.getResourceAsStream("/" + MODEL)) {
            if (model == null) {
                throw new IllegalStateException(MODEL + " is not on the class path");
            }
            return new Languages(new ThreadSafeLanguageDetectorME(new LanguageDetectorModel(model)));
        } catch (IOException e) {
            throw new UncheckedIOException("the language model can't be read: " + e, e);
        }
    }

    /** ISO 639-3 codes. */
    public String[] codes() {
        return detector.getSupportedLanguages();
    }

    /** The place of a language among all that a text may be in, from 1. */
    public int rank(String text, String code) {
        int end = Math.min(text.length(), LONGEST);
        Language[] ranked = detector.predictLanguages(text.substring(0, end));
        for (int i = 0; i < ranked.length; i++) {
            if (ranked[i].getLang().equals(code)) {
                return i + 1;
            }
        }
        return ranked.length + 1;
    }
}
