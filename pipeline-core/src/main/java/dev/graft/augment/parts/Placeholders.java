// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import dev.graft.corpus.Span;
import dev.graft.text.Article;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A sentence in which short codes stand for what must come through a translation as it is; of sixteen kinds of code
 * that were tried, a letter and a number was one of nine that always came back.
 *
 * @param text the sentence with its codes
 * @param codes in their order
 * @param originals what each stands for
 */
public record Placeholders(String text, List<String> codes, List<String> originals) {
    /** What no vocabulary has, or translators drop. */
    private static final Pattern SYMBOLS = Pattern.compile(
            "[\\p{So}\\p{Sk}\\p{Sc}\\p{Cs}\\p{Co}\\p{Cn}@#*_^~|\\\\<>{}\\[\\]\u200D\uFE0F]++|``|''|(?<!\\S)-\\p{L}{3}-(?!\\S)");
    /** The sentence's own marks, which are no part of the number or name beside them. */
    private static final Pattern MARKS =
            Pattern.compile("[.,;:!?)\"']++(?<!\\s'')(?=\\s|$)|(?<=\\s|^)(?!''(?:\\s|$))[(\"']++");

    private static final Pattern ARTICLE = Pattern.compile("(?<![\\p{L}\\p{N}])([Aa])n? ([\"']?)$");
    private static final Pattern THE = Pattern.compile("(?<![\\p{L}\\p{N}])[Tt]he $");
    private static final String LETTERS = "XZQKVWJY";

    /**
     * @param spans to be replaced, relative to the sentence, ascending; symbols are replaced as well
     */
    public static Placeholders of(String sentence, List<Span> spans) {
        List<Span> closed = closed(sentence, spans);
        String letter = LETTERS.chars()
                .mapToObj(Character::toString)
                .filter(each -> !Pattern.compile(each + "\\d").matcher(sentence).find())
                .findFirst()
                .orElse("");
        StringBuilder text = new StringBuilder();
        List<String> codes = new ArrayList<>();
        List<String> originals = new ArrayList<>();
        int done = 0;
        for (Span span : closed) {
            String code = letter + (codes.size() + 1);
            codes.add(code);
            originals.add(sentence.substring(span.start(), span.end()));
            text.append(sentence, done, span.start()).append(code);
            done = span.end();
        }
        return new Placeholders(text.append(sentence.substring(done)).toString(), codes, originals);
    }

    /** Spans and symbols, joined where they touch or only a space lies between two spans. */
    private static List<Span> closed(String sentence, List<Span> spans) {
        boolean[] inside = new boolean[sentence.length()];
        spans.forEach(span -> IntStream.range(span.start(), span.end()).forEach(i -> inside[i] = true));
        for (Matcher symbol = SYMBOLS.matcher(sentence); symbol.find(); ) {
            IntStream.range(symbol.start(), symbol.end()).forEach(i -> inside[i] = true);
        }
        for (Matcher marks = MARKS.matcher(sentence); marks.find(); ) {
            IntStream.range(marks.start(), marks.end()).forEach(i -> inside[i] = false);
        }
        for (int i = 1; i < inside.length - 1; i++) {
            inside[i] |= inside[i - 1] && inside[i + 1] && sentence.charAt(i) == ' ';
        }
        // Half a word is none: "C#" goes through as a whole.
        for (int i = 1; i < inside.length; i++) {
            inside[i] |= inside[i - 1] && isWord(sentence, i - 1) && isWord(sentence, i);
        }
        for (int i = inside.length - 2; i >= 0; i--) {
            inside[i] |= inside[i + 1] && isWord(sentence, i) && isWord(sentence, i + 1);
        }
        List<Span> joined = new ArrayList<>();
        for (int start = 0; start < inside.length; start++) {
            if (inside[start]) {
                int end = start;
                while (end < inside.length && inside[end]) {
                    end++;
                }
                joined.add(new Span(start, end, "placeholder"));
                start = end;
            }
        }
        return joined;
    }

    private static boolean isWord(String sentence, int at) {
        return !Character.isWhitespace(sentence.charAt(at)) && ".,;:!?()\"'".indexOf(sentence.charAt(at)) < 0;
    }

    /**
     * What came back with the originals in place; nothing if a code is missing, doubled, out of its order, or behind
     * the noun that it stood before: "a developer JavaScript".
     */
    public Optional<String> restore(String returned) {
        StringBuilder restored = new StringBuilder();
        int done = 0;
        for (int i = 0; i < codes.size(); i++) {
            Matcher code = whole(codes.get(i)).matcher(returned);
            if (!code.find() || code.start() < done || isBehindItsNoun(codes.get(i), returned)) {
                return Optional.empty();
            }
            restored.append(returned, done, code.start());
            mendArticle(restored, codes.get(i), originals.get(i));
            restored.append(originals.get(i));
            done = code.end();
            if (code.find()) {
                return Optional.empty();
            }
        }
        return Optional.of(restored.append(returned.substring(done)).toString());
    }

    /** "a" or "an" as what follows sounds; no "the" where the sentence had none. */
    private void mendArticle(StringBuilder before, String code, String original) {
        Matcher article = ARTICLE.matcher(before);
        if (article.find()) {
            String mended = article.group(1) + (Article.isAn(original) ? "n " : " ") + article.group(2);
            before.replace(article.start(), before.length(), mended);
        }
        Matcher the = THE.matcher(before);
        if (the.find()
                && !Pattern.compile("[Tt][Hh][Ee] [\"']?" + code + "\\b")
                        .matcher(text)
                        .find()) {
            before.delete(the.start(), the.end());
        }
    }

    private boolean isBehindItsNoun(String code, String returned) {
        Matcher noun = Pattern.compile("\\b" + code + " (\\p{L}{3,})").matcher(text);
        return noun.find()
                && Pattern.compile("\\b" + noun.group(1) + " (?:\\p{L}+ )?" + code + "\\b", Pattern.CASE_INSENSITIVE)
                        .matcher(returned)
                        .find();
    }

    private static Pattern whole(String code) {
        return Pattern.compile("(?<![\\p{L}\\p{N}])" + code + "(?![\\p{L}\\p{N}])");
    }
}
