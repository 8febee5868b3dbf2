// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a sentence is written, apart from its words. Translators know what newspapers write: they get that, and their answer
 * is put back into the sentence's own style.
 *
 * @param letters which of them are capitals
 * @param spaced whether marks stand apart, as in a tokenised corpus: "it 's late ."
 * @param single whether quotations have single marks
 * @param end marks at the end, such as "?!", or none
 */
record SentenceStyle(Letters letters, boolean spaced, boolean single, String end) {
    private static final Pattern CODE = Pattern.compile("[XZQKVWJY]\\d+");
    private static final Pattern END = Pattern.compile("[\\s.!?\u2026]*$");
    /** American usage puts the end within the quotes. */
    private static final Pattern WITHIN_QUOTES = Pattern.compile("[.,](?=[\"'\u201D\u2019]$)");

    private static final Pattern SINGLE = Pattern.compile("(?<![\\p{L}\\p{N}])'[^']+'(?![\\p{L}\\p{N}])");

    private static final Pattern APART = Pattern.compile("\\s(?=[.,!?;:](?:\\s|$)|(?:n't|'(?:s|re|ve|ll|d|m))\\b)");
    private static final Pattern TOGETHER = Pattern.compile(
            "(?<=[^\\s.,!?;:])(?=[,!?;:]+(?:\\s|$)|\\.+$)|(?<=\\p{L})(?=(?:n't|'(?:s|re|ve|ll|d|m))\\b)");

    enum Letters {
        CAPITALS,
        SMALL,
        SMALL_AT_FIRST,
        USUAL
    }

    static SentenceStyle of(String sentence) {
        int first =
                sentence.codePoints().filter(Character::isLetter).findFirst().orElse('A');
        Letters letters = Casing.isCapitals(sentence)
                ? Letters.CAPITALS
                : sentence.equals(sentence.toLowerCase(Locale.ROOT))
                        ? Letters.SMALL
                        : Character.isLowerCase(first) ? Letters.SMALL_AT_FIRST : Letters.USUAL;
        Matcher end = END.matcher(sentence);
        return new SentenceStyle(
                letters,
                APART.matcher(sentence).find(),
                SINGLE.matcher(sentence).find() && sentence.indexOf('"') < 0,
                end.find() ? end.group().strip() : "");
    }

    /** The sentence, in which codes may stand, as a translator likes it: a question is one by its mark. */
    String plain(String sentence) {
        String joined = closed(spaced ? APART.matcher(sentence).replaceAll("") : sentence);
        return switch (letters) {
            case CAPITALS -> Casing.title(around(joined, part -> part.toLowerCase(Locale.ROOT)));
            case SMALL, SMALL_AT_FIRST -> Casing.title(joined.replaceAll("\\bi\\b(?!\\.)", "I"));
            case USUAL -> joined;
        };
    }

    private static String closed(String sentence) {
        boolean open = !sentence.isEmpty() && Character.isLetterOrDigit(sentence.charAt(sentence.length() - 1));
        return open ? sentence + (RoundTrip.asks(sentence) ? "?" : ".") : sentence;
    }

    /** What came back, in which codes may stand, in the case and the spacing of the sentence. */
    String like(String back) {
        String quoted = single ? back.replace('"', '\'') : back;
        String apart = spaced ? TOGETHER.matcher(quoted).replaceAll(" ").replaceAll(" {2,}", " ") : quoted;
        return switch (letters) {
            case CAPITALS -> around(apart, part -> part.toUpperCase(Locale.ROOT));
            case SMALL -> around(apart, part -> part.toLowerCase(Locale.ROOT));
            case SMALL_AT_FIRST -> smallAtFirst(apart);
            case USUAL -> apart.isEmpty() ? apart : Casing.title(apart);
        };
    }

    /** What came back, with the marks that the sentence ends in. */
    String ended(String back) {
        String open = WITHIN_QUOTES.matcher(END.matcher(back).replaceFirst("")).replaceFirst("");
        return spaced && !end.isEmpty() ? open + " " + end : open + end;
    }

    private static String smallAtFirst(String text) {
        boolean name = text.matches("(?:I\\b|[XZQKVWJY]\\d|\\p{Lu}{2}).*");
        return name || text.isEmpty() ? text : text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
    }

    private static String around(String text, UnaryOperator<String> change) {
        StringBuilder changed = new StringBuilder();
        int done = 0;
        for (Matcher code = CODE.matcher(text); code.find(); done = code.end()) {
            changed.append(change.apply(text.substring(done, code.start()))).append(code.group());
        }
        return changed.append(change.apply(text.substring(done))).toString();
    }
}
