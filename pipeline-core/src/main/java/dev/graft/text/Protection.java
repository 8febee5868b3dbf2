// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import dev.graft.config.Settings;
import dev.graft.corpus.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * What a user wants left alone: the section {@code augment.protect}.
 *
 * @param patterns {@code patterns}, regular expressions; and {@code terms}, words or phrases in any case
 */
public record Protection(List<Pattern> patterns) {
    private static final Pattern CODE = Pattern.compile("`[^`\\n]++`");
    public static final Protection NONE = new Protection(List.of());

    public Protection {
        patterns = List.copyOf(patterns);
    }

    public static Protection read(Settings protect) {
        List<Pattern> patterns = new ArrayList<>();
        for (String regex : protect.strings("patterns", List.of())) {
            try {
                patterns.add(Pattern.compile(regex));
            } catch (PatternSyntaxException e) {
                protect.problem("patterns", "a list of regular expressions (" + e.getDescription() + ")", regex);
            }
        }
        List<String> terms = protect.strings("terms", List.of());
        if (!terms.isEmpty()) {
            String any = terms.stream().map(Pattern::quote).collect(Collectors.joining("|"));
            patterns.add(Pattern.compile(
                    "(?<![\\p{L}\\p{N}])(?:" + any + ")(?![\\p{L}\\p{N}])",
                    Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE));
        }
        return new Protection(patterns);
    }

    /** What the patterns find, and what stands between backticks on one line. */
    List<Span> spans(String text) {
        List<Span> spans = new ArrayList<>();
        if (text.indexOf('`') >= 0) {
            for (Matcher matcher = CODE.matcher(text); matcher.find(); ) {
                spans.add(new Span(matcher.start(), matcher.end(), "code"));
            }
        }
        for (Pattern pattern : patterns) {
            for (Matcher matcher = pattern.matcher(text); matcher.find(); ) {
                if (matcher.end() > matcher.start()) {
                    spans.add(new Span(matcher.start(), matcher.end(), "protected"));
                }
            }
        }
        return spans;
    }
}
