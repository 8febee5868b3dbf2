// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import dev.graft.corpus.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is written for a program and not for a reader: HTML's entities and tags, places to be filled. */
final class Markup {
    private static final Pattern IN_WORD = Pattern.compile(
            "&(?:[A-Za-z]+(?:acute|grave|uml|circ|tilde|cedil|ring|slash|lig)|[rl]squo|apos|#39|#x27|#8217);");
    private static final int LONGEST_ENTITY = 10;
    /** {@code {{ x }}}, {@code ${x}}, {@code <first name>}, and {@code [product name]} that is no link. */
    private static final Pattern PLACES =
            Pattern.compile("\\$?\\{\\{[^{}\\n]{1,60}+}}|\\$?\\{[^{}\\n]{1,60}+}|<[^<>\\n]{1,80}+>"
                    + "|\\[(?:[^\\[\\]\\s]{1,30}+ ?){1,5}+](?!\\()");

    private Markup() {}

    /** The end of the entity that starts at an ampersand, or -1: {@code &amp;}, {@code &#39;}. */
    static int entityEnd(String text, int start) {
        int at = start + 1;
        if (at < text.length() && text.charAt(at) == '#') {
            at++;
        }
        int first = at;
        while (at < text.length() && at - start < LONGEST_ENTITY && isAsciiLetterOrDigit(text.charAt(at))) {
            at++;
        }
        return at > first && at < text.length() && text.charAt(at) == ';' ? at + 1 : -1;
    }

    private static boolean isAsciiLetterOrDigit(char c) {
        return c < 128 && Character.isLetterOrDigit(c);
    }

    static List<Span> spans(String text) {
        List<Span> spans = new ArrayList<>();
        for (int at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) {
            int end = entityEnd(text, at);
            if (end > 0) {
                boolean inWord = isInWord(text, at, end);
                spans.add(new Span(
                        inWord ? wordStart(text, at, spans) : at, inWord ? wordEnd(text, end) : end, "markup"));
            }
        }
        for (Matcher found = PLACES.matcher(text); found.find(); ) {
            spans.add(new Span(found.start(), found.end(), "markup"));
        }
        return spans;
    }

    /** Whether an entity stands for a letter or an apostrophe, and so in a word: {@code caf&eacute;}, {@code we&rsquo;re}. */
    private static boolean isInWord(String text, int start, int end) {
        return IN_WORD.matcher(text).region(start, end).matches();
    }

    private static int wordStart(String text, int start, List<Span> before) {
        int at = start;
        int free = before.isEmpty() ? 0 : before.get(before.size() - 1).end();
        while (at > free && Character.isLetter(text.charAt(at - 1))) {
            at--;
        }
        return at;
    }

    private static int wordEnd(String text, int end) {
        int at = end;
        while (at < text.length() && Character.isLetter(text.charAt(at))) {
            at++;
        }
        return at;
    }
}
