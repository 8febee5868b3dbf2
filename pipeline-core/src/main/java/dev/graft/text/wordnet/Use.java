// SPDX-License-Identifier: Apache-2.0
package dev.graft.text.wordnet;

import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A part of speech, and what the words before tell of the form: the tags (Universal Dependencies) say VERB for "walk",
 * "walked" and "has walked" alike.
 */
enum Use {
    NOUN(PartOfSpeech.NOUN),
    /** Nothing tells past from participle, or "put" today from "put" yesterday. */
    VERB(PartOfSpeech.VERB),
    VERB_BASE(PartOfSpeech.VERB),
    VERB_PAST(PartOfSpeech.VERB),
    VERB_PARTICIPLE(PartOfSpeech.VERB),
    ADJECTIVE(PartOfSpeech.ADJECTIVE),
    /** After "more" or "most": "more pleasant", but not "more nice". */
    ADJECTIVE_COMPARED(PartOfSpeech.ADJECTIVE),
    ADVERB(PartOfSpeech.ADVERB),
    ADVERB_COMPARED(PartOfSpeech.ADVERB);

    private static final Set<String> HAVE_OR_BE = Set.of(
            "have", "has", "had", "having", "am", "is", "are", "was", "were", "be", "been", "being", "'ve", "'s", "'re",
            "'m", "'d", "get", "gets", "got", "getting", "haven't", "hasn't", "hadn't", "isn't", "aren't", "wasn't",
            "weren't");
    private static final Set<String> SUBJECT = Set.of("i", "he", "she", "it", "we", "they", "you", "who");
    private static final Set<String> COMPARING = Set.of("more", "most", "less", "least");
    private static final int FAR = 5;

    final PartOfSpeech part;

    Use(PartOfSpeech part) {
        this.part = part;
    }

    /** Of a word whose neighbours are not known. */
    static Use any(PartOfSpeech part) {
        return switch (part) {
            case NOUN -> NOUN;
            case VERB -> VERB;
            case ADJECTIVE -> ADJECTIVE;
            case ADVERB -> ADVERB;
        };
    }

    /** Of a token of a text; null for tags without an entry in WordNet. */
    static @Nullable Use of(AnalyzedText text, int token) {
        List<Token> tokens = text.tokens();
        PartOfSpeech part = PartOfSpeech.of(tokens.get(token).tag());
        if (part == null) {
            return null;
        }
        return switch (part) {
            case NOUN -> NOUN;
            case VERB -> verb(text, tokens, token);
            case ADJECTIVE -> isCompared(text, tokens, token) ? ADJECTIVE_COMPARED : ADJECTIVE;
            case ADVERB -> isCompared(text, tokens, token) ? ADVERB_COMPARED : ADVERB;
        };
    }

    private static boolean isCompared(AnalyzedText text, List<Token> tokens, int token) {
        return token > 0 && COMPARING.contains(lower(text, tokens.get(token - 1)));
    }

    private static Use verb(AnalyzedText text, List<Token> tokens, int token) {
        int last = Math.max(0, token - FAR);
        boolean subject = false;
        for (int i = token - 1; i >= last; i--) {
            Token before = tokens.get(i);
            String word = lower(text, before);
            if (HAVE_OR_BE.contains(word)) {
                return VERB_PARTICIPLE;
            }
            int mark = Math.max(word.lastIndexOf('\''), word.lastIndexOf('’'));
            if (mark > 0 && HAVE_OR_BE.contains("'" + word.substring(mark + 1))) {
                return subject ? VERB : VERB_PARTICIPLE;
            }
            switch (before.tag()) {
                case "AUX" -> {
                    return VERB_BASE;
                }
                case "PART" -> {
                    if (word.equals("to")) {
                        return VERB_BASE;
                    }
                }
                case "ADV" -> {}
                case "PRON" -> {
                    if (!SUBJECT.contains(word)) {
                        return VERB;
                    }
                    subject = true;
                }
                default -> {
                    return subject ? VERB_PAST : VERB;
                }
            }
        }
        return subject ? VERB_PAST : VERB;
    }

    private static String lower(AnalyzedText text, Token token) {
        return text.textOf(token).toLowerCase(Locale.ROOT);
    }
}
