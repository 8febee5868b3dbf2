// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import dev.graft.corpus.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a text is made of, without any model: its words, and what an edit must not touch because the meaning, or a label,
 * hangs on it. The time is linear in the length of the text.
 *
 * <p>A word is made of letters and their marks, with single hyphens or apostrophes inside. Guarded are addresses,
 * mentions, code and markup, numbers with what they count, dates, negation, modal words, names, greetings and signatures,
 * headings, tables, logs, and what is quoted in another language.
 *
 * @param words by start, none of them guarded
 * @param guarded by start, not overlapping; the label says why
 */
public record Scan(List<Token> words, List<Span> guarded) {
    /** Whether a word in lower case changes what is denied, allowed or counted. */
    public static boolean isGuarded(String word) {
        return !ListedWords.kind(word).isEmpty();
    }

    /** Whether a word in lower case is one for a number. */
    public static boolean isNumber(String word) {
        return ListedWords.kind(word).equals("number");
    }

    static Scan of(String text) {
        Scanner scanner = new Scanner(text);
        List<Span> guarded = scanner.scan();
        List<Span> wider = new ArrayList<>();
        if (scanner.hasNumbers()) {
            wider.addAll(new Quantities(text, guarded).spans());
        }
        wider.addAll(Quantities.once(text));
        if (scanner.hasMarkup()) {
            wider.addAll(Markup.spans(text));
        }
        if (scanner.hasQuotes()) {
            wider.addAll(Foreign.quotes(text));
        }
        wider.addAll(Layout.of(text).guarded());
        if (wider.isEmpty()) {
            return new Scan(scanner.words(), guarded);
        }
        List<Span> all = joined(guarded, wider);
        return new Scan(outside(scanner.words(), all), all);
    }

    /** Spans in order that do not overlap: a wider one takes in those that it touches, and its label stands for all. */
    private static List<Span> joined(List<Span> guarded, List<Span> wider) {
        List<Span> all = new ArrayList<>(guarded);
        all.addAll(wider);
        return joined(all);
    }

    /** Overlapping spans become one, with the label of the longest. */
    static List<Span> joined(List<Span> spans) {
        List<Span> sorted = new ArrayList<>(spans);
        sorted.sort(Comparator.comparingInt(Span::start).thenComparingInt(Span::end));
        List<Span> joined = new ArrayList<>(sorted.size());
        int longest = 0;
        for (Span span : sorted) {
            Span last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
            int length = span.end() - span.start();
            if (last != null && span.start() < last.end()) {
                String label = length >= longest ? span.label() : last.label();
                joined.set(joined.size() - 1, new Span(last.start(), Math.max(last.end(), span.end()), label));
                longest = Math.max(longest, length);
            } else if (length > 0) {
                joined.add(span);
                longest = length;
            }
        }
        return joined;
    }

    /** The words that touch none of the spans; both are in order. */
    static List<Token> outside(List<Token> words, List<Span> spans) {
        List<Token> free = new ArrayList<>(words.size());
        int next = 0;
        for (Token word : words) {
            while (next < spans.size() && spans.get(next).end() <= word.start()) {
                next++;
            }
            if (next == spans.size() || spans.get(next).start() >= word.end()) {
                free.add(word);
            }
        }
        return free;
    }

    /** Whether a code point belongs to the character before it: an accent, a joiner, a variation selector, a skin tone. */
    static boolean isMark(int codePoint) {
        if (codePoint < 0x300) {
            return false;
        }
        int type = Character.getType(codePoint);
        return type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || codePoint == 0x0E33 // Thai and Lao AM
                || codePoint == 0x0EB3
                || (codePoint >= 0x1160 && codePoint <= 0x11FF) // the vowel and the end of a Hangul syllable
                || (codePoint >= 0xD7B0 && codePoint <= 0xD7FB)
                || codePoint == 0x200D
                || codePoint == 0x200C
                || (codePoint >= 0x1F3FB && codePoint <= 0x1F3FF);
    }
}
