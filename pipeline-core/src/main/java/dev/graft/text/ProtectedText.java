// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import dev.graft.corpus.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds what an edit must not touch because the meaning, or a label, hangs on it: addresses, anything with a digit,
 * code, mentions, negation and modal words. Quantifiers are possessive, so that the time is linear in the text.
 */
final class ProtectedText {
    private static final Map<String, Pattern> KINDS = Map.of(
            "url", Pattern.compile("(?i)\\b(?:https?://|www\\.)\\S++"),
            "email", Pattern.compile("[\\w.+%-]++@[\\w-]++(?:\\.[\\w-]++)++"),
            "number", Pattern.compile("(?<!\\S)\\S*?\\d\\S*+"),
            "mention", Pattern.compile("(?<!\\w)[@#]\\w++"),
            "code", Pattern.compile("`[^`\\n]++`"),
            "negation",
                    Pattern.compile(
                            "(?i)\\b(?:not|no|never|none|nobody|nothing|nowhere|neither|nor|cannot|without|hardly"
                                    + "|barely|scarcely|\\w++(?<=n)['’]t)\\b"),
            "modal", Pattern.compile("(?i)\\b(?:can|could|may|might|must|shall|should|will|would|ought)\\b"));

    private ProtectedText() {}

    static List<Span> spans(String text) {
        List<Span> spans = new ArrayList<>();
        KINDS.forEach((kind, pattern) -> {
            for (Matcher matcher = pattern.matcher(text); matcher.find(); ) {
                spans.add(new Span(matcher.start(), matcher.end(), kind));
            }
        });
        spans.sort(Comparator.comparingInt(Span::start).thenComparing(Span::end).thenComparing(Span::label));
        return spans;
    }
}
