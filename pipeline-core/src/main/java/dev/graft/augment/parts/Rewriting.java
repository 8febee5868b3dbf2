// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import dev.graft.augment.Edit;
import dev.graft.corpus.Span;
import dev.graft.text.AnalyzedText;
import dev.graft.text.EnglishWords;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A sentence on its way to a translator and back.
 *
 * @param source the sentence as it stands in the text
 * @param at where
 * @param codes what is put for its numbers, names and symbols
 * @param names that must come back although they are translated
 * @param style how it is written
 */
public record Rewriting(String source, Span at, Placeholders codes, List<String> names, SentenceStyle style) {
    private static final int FEWEST_WORDS = 3;
    private static final int STEM = 5;
    private static final Pattern PROGRAM = Pattern.compile("[{}<>=|\\\\]|\\p{L}\\(|;\\s*$|^\\s*[-*#]\\s*\\S+\\s*$");
    private static final List<String> SUFFIXES = List.of("ly", "s", "es", "ed", "ing", "er");
    /** Which is compared when it comes back. */
    private static final Pattern NUMBER_IN_WORDS = Pattern.compile("(?:two|three|four|five|six|seven|eight|nine|ten"
            + "|eleven|twelve|twenty|thirty|hundred|thousand|dozen|half|twice|first|second|third)");

    /** "rainyest" */
    private static final Pattern MISSPELT = Pattern.compile("[^aeiou]y(?:est|er|es|ed)$");

    private static final Pattern WORD = Pattern.compile("\\p{L}+");
    private static final Pattern LETTERS = Pattern.compile("[^\\p{L}]+");

    /**
     * @param common whether a word in small letters is a common one: a name that is one ("July", "Greek") has a
     *     translation, and must come back of itself
     */
    public static Rewriting of(AnalyzedText text, Span sentence, Predicate<String> common) {
        String source = Sentences.textOf(text, sentence);
        List<Span> guarded = Sentences.guarded(text, sentence).stream()
                .filter(span ->
                        !span.label().equals("negation") && !span.label().equals("modal"))
                .toList();
        Predicate<Span> spoken = span -> {
            String stretch = text.text().substring(span.start(), span.end()).toLowerCase(Locale.ROOT);
            return (span.label().equals("name") && common.test(stretch))
                    || NUMBER_IN_WORDS.matcher(stretch).matches();
        };
        Placeholders codes = Placeholders.of(
                source,
                guarded.stream()
                        .filter(spoken.negate())
                        .map(span ->
                                new Span(span.start() - sentence.start(), span.end() - sentence.start(), span.label()))
                        .toList());
        List<String> names = guarded.stream()
                .filter(spoken.and(span -> span.label().equals("name")))
                .map(span -> text.text().substring(span.start(), span.end()))
                .toList();
        return new Rewriting(source, sentence, codes, names, SentenceStyle.of(codes.text()));
    }

    /** Whether there is a sentence to translate: not a heading, a signature, a line of a program or of a table. */
    public boolean isPossible() {
        int words = codes.text().strip().split("\\s+").length - codes.codes().size();
        return words >= Math.max(FEWEST_WORDS, 2 * codes.codes().size())
                && !PROGRAM.matcher(source).find();
    }

    /** What a translator is asked. */
    public String question() {
        return style.plain(codes.text());
    }

    /**
     * The sentence in the translator's words; nothing where that must not be.
     *
     * @param common whether a word in small letters is a common one
     */
    public Optional<String> answered(String answer, Predicate<String> common) {
        return restored(answer)
                .filter(back -> RoundTrip.fault(source, back).isEmpty())
                .filter(back -> isEnglish(back, common))
                .flatMap(this::ended);
    }

    /** The sentence in other words, that are known to say the same. */
    public Optional<String> reworded(String answer) {
        return restored(answer).flatMap(this::ended);
    }

    private Optional<String> restored(String answer) {
        return codes.restore(style.like(answer.strip()))
                .map(this::recased)
                .map(Faithful::withArticles)
                .filter(back -> names.stream().allMatch(back::contains));
    }

    private Optional<String> ended(String back) {
        return Optional.of(style.ended(back)).filter(ended -> !spaced(ended).equalsIgnoreCase(spaced(source)));
    }

    private static String spaced(String text) {
        return text.replaceAll("\\s+", " ");
    }

    /** A word that the sentence has in small letters, or opens with, has no capital, but where it opens the sentence. */
    private String recased(String back) {
        Set<String> own = Set.copyOf(Arrays.asList(LETTERS.split(source)));
        String first = source.startsWith("I ") ? "" : LETTERS.split(source)[0];
        return WORD.matcher(back).replaceAll(word -> {
            String small = word.group().toLowerCase(Locale.ROOT);
            boolean moved = word.group().equals(first) && EnglishWords.contains(small);
            boolean pronoun = word.group().equals("I") && !own.contains("i");
            return word.start() > 0 && !pronoun && (moved || own.contains(small) && !own.contains(word.group()))
                    ? small
                    : word.group();
        });
    }

    /** What is neither a common word nor a form of one of the sentence was invented, or left in the pivot's language. */
    private boolean isEnglish(String back, Predicate<String> common) {
        Set<String> own = Set.of(Arrays.stream(LETTERS.split(source.toLowerCase(Locale.ROOT)))
                .distinct()
                .toArray(String[]::new));
        return Arrays.stream(LETTERS.split(back.toLowerCase(Locale.ROOT)))
                .allMatch(word -> word.length() < 2 || isFormOf(word, own) || isCommon(word, common));
    }

    private static boolean isFormOf(String word, Set<String> own) {
        return own.contains(word)
                || SUFFIXES.stream()
                        .anyMatch(suffix -> own.contains(word + suffix)
                                || (word.endsWith(suffix)
                                        && !word.endsWith("ss")
                                        && own.contains(word.substring(0, word.length() - suffix.length()))));
    }

    /** Itself, or what it is derived from: "wonderfully", "distressing". */
    private static boolean isCommon(String word, Predicate<String> common) {
        return common.test(word)
                || (EnglishWords.contains(word) && !MISSPELT.matcher(word).find())
                || SUFFIXES.stream()
                        .filter(word::endsWith)
                        .map(suffix -> word.substring(0, word.length() - suffix.length()))
                        .anyMatch(stem -> stem.length() >= STEM
                                && (EnglishWords.contains(stem) || EnglishWords.contains(stem + "e")));
    }

    /** The change, from the first word that differs to the last. */
    public Edit edit(String answer) {
        return narrowed(at.start(), source, answer);
    }

    /**
     * What makes one stretch of a text of another, from the first word that differs to the last.
     *
     * @param at where the stretch begins
     */
    public static Edit narrowed(int at, String source, String answer) {
        int most = Math.min(source.length(), answer.length());
        int start = 0;
        while (start < most && source.charAt(start) == answer.charAt(start)) {
            start++;
        }
        int end = 0;
        while (end < most - start
                && source.charAt(source.length() - 1 - end) == answer.charAt(answer.length() - 1 - end)) {
            end++;
        }
        while (start > 0 && !Character.isWhitespace(source.charAt(start - 1))) {
            start--;
        }
        while (end > 0 && !Character.isWhitespace(source.charAt(source.length() - end))) {
            end--;
        }
        return new Edit(at + start, at + source.length() - end, answer.substring(start, answer.length() - end));
    }
}
