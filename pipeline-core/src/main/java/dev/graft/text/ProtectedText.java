// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import dev.graft.corpus.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds what an edit must not touch because the meaning, or a label, hangs on it: addresses, anything with a digit,
 * code, mentions, negation and modal words. Quantifiers are possessive and no match starts
 * within a word, so that the time is linear in the text.
 */
final class ProtectedText {
    private static final List<Map.Entry<String, Pattern>> KINDS = List.of(
            Map.entry("url", Pattern.compile("(?i)\\b(?:https?://|www\\.)\\S++")),
            Map.entry("email", Pattern.compile("(?<![\\w.+%-])[\\w.+%-]++@[\\w-]++(?:\\.[\\w-]++)++")),
            Map.entry("number", Pattern.compile("(?<!\\S)\\S*?\\d\\S*+")),
            Map.entry("mention", Pattern.compile("(?<!\\w)[@#]\\w++")),
            Map.entry("code", Pattern.compile("`[^`\\n]++`")),
            Map.entry(
                    "negation",
                    Pattern.compile("(?i)\\b(?:not|no|never|none|nobody|nothing|nowhere|neither|nor|cannot|without"
                            + "|hardly|barely|scarcely|\\w++(?<=n)['’]t)\\b")),
            Map.entry(
                    "modal", Pattern.compile("(?i)\\b(?:can|could|may|might|must|shall|should|will|would|ought)\\b")));

    private ProtectedText() {}

    static List<Span> spans(String text) {
        List<Span> spans = new ArrayList<>();
        KINDS.forEach(kind -> {
            for (Matcher matcher = kind.getValue().matcher(text); matcher.find(); ) {
                spans.add(new Span(matcher.start(), matcher.end(), kind.getKey()));
            }
        });
        return spans;
    }
}
