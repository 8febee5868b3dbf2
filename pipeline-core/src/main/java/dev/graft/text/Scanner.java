// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import dev.graft.corpus.Span;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The pass of {@link Scan} over a text: words, and what is guarded for what it is, whatever stands around it. Names are
 * capitalised words that open no sentence, acronyms, and openers that are no word of English; in a line most of whose words
 * are capitalised (a title), and in one that shouts, capitals tell nothing.
 */
final class Scanner {
    private static final String OPENING = "([*_~>";
    private static final String QUOTES = "\"“„«‘'`";
    private static final Set<String> CLITICS = Set.of("s", "d", "m", "re", "ve", "ll");
    private static final double TITLE = 0.6;
    private static final int SHORTEST_TITLE = 3;
    /** Shorter names in small letters are other words or cut short. */
    private static final int SHORTEST_NAME = 4;

    private final String text;
    private final char[] chars;
    private final Stretches stretches;
    private final List<Span> guarded = new ArrayList<>();
    private List<Token> words;
    /** Indices of words that are names unless their whole line is written so, and of those that open a sentence large. */
    private final List<Integer> capitalised = new ArrayList<>();

    private final List<Integer> openers = new ArrayList<>();
    /** Of the capitalised, those of lines too short to tell, which the text as a whole decides on. */
    private final List<Integer> ofShortLines = new ArrayList<>();

    private int allInside;
    private int allCapitalised;
    private int lineCapitalised;
    private int insideSentences;
    private int capitalisedInside;
    private boolean large;
    private boolean numbers;

    Scanner(String text) {
        this.text = text;
        chars = text.toCharArray();
        stretches = new Stretches(text, chars);
        words = new ArrayList<>(8 + chars.length / 6);
    }

    List<Token> words() {
        return words;
    }

    /** Whether digits or words for numbers stand in the text, so that what they count is to be found. */
    boolean hasNumbers() {
        return numbers;
    }

    boolean hasMarkup() {
        return stretches.hasMarkup();
    }

    boolean hasQuotes() {
        return stretches.hasQuotes();
    }

    /** What is guarded, by start; {@link #words()} are then known. */
    List<Span> scan() {
        for (int at = 0; at < chars.length; ) {
            int letters = at;
            while (letters < chars.length && isAsciiLetter(chars[letters])) {
                letters++;
            }
            if (letters > at && endsPlainly(letters)) {
                word(at, letters);
                at = letters;
                continue;
            }
            if (letters == at && isSpace(chars[at])) {
                if (chars[at] == '\n') {
                    endLine();
                }
                at++;
                continue;
            }
            int end = letters + 1;
            while (end < chars.length && !isSpace(chars[end])) {
                end++;
            }
            chunk(at, Math.min(end, chars.length));
            at = end;
        }
        endLine();
        names();
        return guarded;
    }

    private void endLine() {
        allInside += insideSentences;
        allCapitalised += capitalisedInside;
        if (isTitle(insideSentences, capitalisedInside)) {
            capitalised.subList(lineCapitalised, capitalised.size()).clear();
        } else if (insideSentences < SHORTEST_TITLE) {
            ofShortLines.addAll(capitalised.subList(lineCapitalised, capitalised.size()));
        }
        lineCapitalised = capitalised.size();
        insideSentences = 0;
        capitalisedInside = 0;
    }

    private static boolean isTitle(int inside, int capitalised) {
        return inside >= SHORTEST_TITLE && capitalised > TITLE * inside;
    }

    /** Most words are nothing but ASCII letters, before a space or a mark and a space; they need no closer look. */
    private boolean endsPlainly(int end) {
        return isSpaceAt(end) || (",.!?;".indexOf(chars[end]) >= 0 && isSpaceAt(end + 1));
    }

    private boolean isSpaceAt(int at) {
        return at >= chars.length || chars[at] == ' ' || chars[at] == '\n';
    }

    static boolean isSpace(char c) {
        return c == ' ' || (c < 128 ? c <= ' ' : Character.isWhitespace(c) || Character.isSpaceChar(c));
    }

    /** A stretch without white space: guarded as a whole, or searched for words. */
    private void chunk(int start, int end) {
        String kind = stretches.kind(start, end);
        if (kind.isEmpty()) {
            words(start, end);
        } else {
            numbers |= kind.equals("number");
            guarded.add(new Span(start, end, kind));
        }
    }

    private void words(int from, int to) {
        int at = from;
        while (at < to) {
            int entity = chars[at] == '&' ? Markup.entityEnd(text, at) : -1;
            if (entity > 0) {
                at = entity;
                continue;
            }
            if (!isLetterAt(at)) {
                at += Character.isHighSurrogate(chars[at]) && at + 1 < to ? 2 : 1;
                continue;
            }
            int end = wordEnd(at, to);
            word(at, end);
            at = end;
        }
    }

    private int wordEnd(int start, int to) {
        int at = start;
        while (at < to) {
            char c = chars[at];
            if (c < 128 ? isAsciiLetter(c) : isLetterAt(at) || Scan.isMark(text.codePointAt(at))) {
                at += Character.isHighSurrogate(c) ? 2 : 1;
            } else if (isJoiner(c) && at + 1 < to && isLetterAt(at + 1)) {
                at++;
            } else {
                break;
            }
        }
        return Math.min(at, to);
    }

    private boolean isLetterAt(int at) {
        char c = chars[at];
        return c < 128 ? isAsciiLetter(c) : Character.isLetter(text.codePointAt(at));
    }

    static boolean isAsciiLetter(char c) {
        return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    }

    private static boolean isJoiner(char c) {
        return c == '-' || ListedWords.isApostrophe(c);
    }

    private void word(int start, int end) {
        String kind = ListedWords.kind(chars, start, end);
        if (!kind.isEmpty()) {
            numbers |= kind.equals("number");
            guarded.add(new Span(kind.equals("negation") ? withVerb(start, end) : start, end, kind));
            return;
        }
        if (end == start + 1 && (chars[start] | 0x20) == 't' && isPartedNot(start)) {
            guarded.add(new Span(removeLast().start(), end, "negation"));
            return;
        }
        if (isClitic(start, end)) {
            return;
        }
        if (isUpperAt(start)) {
            large = true;
            capital(start, end);
        } else if (isInsideSentence(start)) {
            insideSentences++;
        }
        words.add(new Token(start, end, ""));
    }

    private void capital(int start, int end) {
        boolean inside = isInsideSentence(start);
        boolean quoted = start > 0 && QUOTES.indexOf(chars[start - 1]) >= 0;
        boolean acronym = end - start > 1 && isUpperAt(start + 1);
        boolean name = acronym || (inside && !quoted && !isPronoun(start, end));
        if (inside) {
            insideSentences++;
            capitalisedInside += name ? 1 : 0;
        }
        if (name) {
            capitalised.add(words.size());
        } else if (!isPronoun(start, end)) {
            openers.add(words.size());
        }
    }

    /** Where a negation begins: with the verb that a tokeniser parted from its "n't". */
    private int withVerb(int start, int end) {
        int length = end - start;
        boolean parted = length == 3 && ListedWords.isApostrophe(chars[start + 1])
                || length == 2 && (chars[start + 1] | 0x20) == 't';
        Token last = words.isEmpty() ? null : words.get(words.size() - 1);
        return parted
                        && last != null
                        && last.end() == start - 1
                        && ListedWords.takesNot(lower(last.start(), last.end()))
                ? removeLast().start()
                : start;
    }

    /** Whether a "t" is what is left of "doesn 't" or "don ' t". */
    private boolean isPartedNot(int start) {
        int at = start - 1;
        boolean apostrophe = false;
        while (at >= 0 && start - at <= 3 && (chars[at] == ' ' || ListedWords.isApostrophe(chars[at]))) {
            apostrophe |= chars[at] != ' ';
            at--;
        }
        Token last = words.isEmpty() ? null : words.get(words.size() - 1);
        if (!apostrophe || last == null || last.end() != at + 1) {
            return false;
        }
        String verb = lower(last.start(), last.end());
        return verb.equals("can") || (verb.endsWith("n") && ListedWords.takesNot(verb.substring(0, verb.length() - 1)));
    }

    /** What a tokeniser parted from the word before it: "it 's", "we 're". */
    private boolean isClitic(int start, int end) {
        return end - start <= 2
                && start > 1
                && ListedWords.isApostrophe(chars[start - 1])
                && isSpace(chars[start - 2])
                && CLITICS.contains(lower(start, end));
    }

    private Token removeLast() {
        int last = words.size() - 1;
        forget(capitalised, last);
        forget(openers, last);
        return words.remove(last);
    }

    private static void forget(List<Integer> indices, int last) {
        if (!indices.isEmpty() && indices.get(indices.size() - 1) == last) {
            indices.remove(indices.size() - 1);
        }
    }

    private String lower(int start, int end) {
        return text.substring(start, end).toLowerCase(Locale.ROOT);
    }

    private boolean isUpperAt(int at) {
        char c = chars[at];
        return c < 128 ? c >= 'A' && c <= 'Z' : Character.isUpperCase(c);
    }

    /** "I", "I'm" and the like. */
    private boolean isPronoun(int start, int end) {
        return chars[start] == 'I' && (end == start + 1 || isJoiner(chars[start + 1]));
    }

    /**
     * Whether a word of the same sentence stands before: a letter, a digit or a comma is the last thing on the line, but for
     * brackets, quotes and markup that open at the word.
     */
    private boolean isInsideSentence(int start) {
        if (start > 1 && chars[start - 1] == ' ' && isAsciiLetter(chars[start - 2])) {
            return true;
        }
        int before = start - 1;
        while (before >= 0 && (OPENING.indexOf(chars[before]) >= 0 || QUOTES.indexOf(chars[before]) >= 0)) {
            before--;
        }
        while (before >= 0 && isSpace(chars[before])) {
            if (chars[before] == '\n') {
                return false;
            }
            before--;
        }
        if (before < 0) {
            return false;
        }
        char c = chars[before];
        if (c == '-' && opensLine(before)) {
            return false;
        }
        return c == ',' || c == '&' || c == ')' || isJoiner(c) || Character.isLetterOrDigit(c) || Scan.isMark(c);
    }

    private boolean opensLine(int at) {
        int before = at - 1;
        while (before >= 0 && chars[before] != '\n' && (isSpace(chars[before]) || chars[before] == '-')) {
            before--;
        }
        return before < 0 || chars[before] == '\n';
    }

    /** Moves the names from the words to what is guarded. */
    private void names() {
        if (large && capitalised.isEmpty() && openers.isEmpty()) {
            return;
        }
        BitSet names = new BitSet(words.size());
        capitalised.forEach(names::set);
        if (isTitle(allInside, allCapitalised)) {
            ofShortLines.forEach(names::clear);
        }
        Set<String> known = new HashSet<>();
        for (int i = 0; !openers.isEmpty() && i < capitalised.size(); i++) {
            known.add(word(capitalised.get(i)));
        }
        for (int index : openers) {
            if ((!known.isEmpty() && known.contains(word(index)))
                    || isNoWord(words.get(index).start(), words.get(index).end())) {
                names.set(index);
            }
        }
        for (int i = 0; !large && i < words.size(); i++) {
            if (words.get(i).end() - words.get(i).start() >= SHORTEST_NAME
                    && EnglishWords.isName(
                            text, words.get(i).start(), words.get(i).end())) {
                names.set(i);
            }
        }
        if (names.isEmpty()) {
            return;
        }
        List<Token> free = new ArrayList<>(words.size());
        for (int i = 0; i < words.size(); i++) {
            if (names.get(i)) {
                guarded.add(new Span(words.get(i).start(), words.get(i).end(), "name"));
            } else {
                free.add(words.get(i));
            }
        }
        words = free;
        guarded.sort(Comparator.comparingInt(Span::start));
    }

    private String word(int index) {
        return text.substring(words.get(index).start(), words.get(index).end());
    }

    private boolean isPlain(int start, int end) {
        for (int i = start; i < end; i++) {
            if (!isAsciiLetter(chars[i])) {
                return false;
            }
        }
        return true;
    }

    /** Whether no part of a word with hyphens, or of one that is shortened by an apostrophe, is a word. */
    private boolean isNoWord(int start, int end) {
        if (end - start < 2 || text.codePointAt(start) > 0x24F) {
            return false;
        }
        if (isPlain(start, end)) {
            return EnglishWords.isNameLarge(text, start, end);
        }
        for (String part : text.substring(start, end).split("[-'’‘`´ʼ′]", -1)) {
            if (EnglishWords.contains(part)) {
                return false;
            }
        }
        return true;
    }
}
