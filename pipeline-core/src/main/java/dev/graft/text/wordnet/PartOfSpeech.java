// SPDX-License-Identifier: Apache-2.0
package dev.graft.text.wordnet;

import org.jspecify.annotations.Nullable;

/** The parts of speech that WordNet has. */
enum PartOfSpeech {
    NOUN("noun", 'n'),
    VERB("verb", 'v'),
    ADJECTIVE("adj", 'a'),
    ADVERB("adv", 'r');

    /** How WordNet's files of it end. */
    final String file;
    /** How a pointer of WordNet names it. */
    final char letter;

    PartOfSpeech(String file, char letter) {
        this.file = file;
        this.letter = letter;
    }

    /** Of a tag of Universal Dependencies; null for tags without an entry in WordNet. */
    static @Nullable PartOfSpeech of(String tag) {
        return switch (tag) {
            case "NOUN" -> NOUN;
            case "VERB" -> VERB;
            case "ADJ" -> ADJECTIVE;
            case "ADV" -> ADVERB;
            default -> null;
        };
    }
}
