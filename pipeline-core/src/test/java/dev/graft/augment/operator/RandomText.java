// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import java.util.List;
import java.util.SplittableRandom;

/** Texts that no one would write: emoji, accents, right-to-left, control characters, addresses, and now and then prose. */
final class RandomText {
    private static final List<String> PIECES = List.of(
            "parcel",
            "arrived",
            "the",
            "not",
            "don't",
            "happily",
            "big",
            "cities",
            "an",
            "apple",
            "a",
            "phone",
            "BX-204817",
            "https://example.com/a?b=1",
            "me@example.org",
            "3.14",
            "€20",
            "🙂",
            "👩‍👩‍👧",
            "🇩🇪",
            "e\u0301te\u0301",
            "naïve",
            "שלום",
            "مرحبا",
            "日本",
            "हिन्दी",
            "Straße",
            "\u0000",
            "\u200b",
            "\uFEFF",
            "\t",
            "\n",
            "\r\n",
            ".",
            "!",
            "?",
            ",",
            "…",
            "(",
            "]",
            "well-known",
            "O'Brien",
            "\ud83d",
            "ﬁ",
            "İstanbul",
            "#tag",
            "`code`",
            "  ");

    private RandomText() {}

    static String of(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        StringBuilder text = new StringBuilder();
        int pieces = random.nextInt(40);
        for (int i = 0; i < pieces; i++) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
            if (random.nextInt(5) > 0) {
                text.append(' ');
            }
        }
        return text.toString();
    }
}
