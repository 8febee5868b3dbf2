// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import dev.graft.augment.Augmented;
import dev.graft.augment.Edit;
import dev.graft.config.Settings;
import dev.graft.corpus.Document;
import dev.graft.text.Scan;
import dev.graft.text.TextAnalyzer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whether what the meaning hangs on is the same in the candidate as in the source, counted: the share of it that both
 * have.
 *
 * @param kind what is counted
 * @param min least share that is kept, from 0 to 1: {@code min} in the section of the kind, default 1
 */
public record Consistency(Kind kind, TextAnalyzer analyzer, double min) implements Filter {
    private static final int LONGEST_WORD = 64;

    /** What is counted; each is a section of its own that turns it on. */
    public enum Kind {
        /** Each number, in digits or as a word; digits that a slip put for letters ("l33t") are none. */
        NUMBERS(Set.of("number", "quantity")),
        /** Each number with its unit, time, currency or date. */
        UNITS(Set.of("quantity")),
        /** How often something is negated, in whatever words. */
        NEGATION(Set.of("negation")),
        /** Each name: a capitalised word within a sentence, an acronym. */
        ENTITIES(Set.of("name"));

        private final Set<String> labels;

        Kind(Set<String> labels) {
            this.labels = labels;
        }
    }

    public Consistency {
        if (!(min >= 0 && min <= 1)) {
            throw new IllegalArgumentException(Settings.name(kind) + " min is " + min + "; allowed is from 0 to 1");
        }
    }

    static Optional<FilterSettings.Factory> read(Settings filters, Kind kind) {
        String name = Settings.name(kind);
        double min = filters.section(name).number("min", 1, 0, 1);
        return filters.has(name)
                ? Optional.of(FilterSettings.Factory.cheap(() -> new Consistency(kind, new TextAnalyzer(), min)))
                : Optional.empty();
    }

    @Override
    public String name() {
        return Settings.name(kind);
    }

    @Override
    public double score(Augmented candidate) {
        Map<String, Integer> source = counted(candidate.source().text());
        Map<String, Integer> copy = counted(kind == Kind.ENTITIES ? candidate.text() : withoutSlips(candidate));
        int shared = 0;
        int all = 0;
        for (Map.Entry<String, Integer> each : source.entrySet()) {
            int other = kind == Kind.ENTITIES
                    ? occurrences(candidate.text(), each.getKey())
                    : copy.getOrDefault(each.getKey(), 0);
            shared += Math.min(each.getValue(), other);
            all += kind == Kind.ENTITIES ? each.getValue() : Math.max(each.getValue(), other);
        }
        if (kind != Kind.ENTITIES) {
            all += copy.entrySet().stream()
                    .filter(each -> !source.containsKey(each.getKey()))
                    .mapToInt(Map.Entry::getValue)
                    .sum();
        }
        return all == 0 ? 1 : Scores.rounded(shared / (double) all);
    }

    /** A name may open a sentence of the candidate, where nothing marks it as one; so it is looked for. */
    private static int occurrences(String text, String name) {
        int found = 0;
        for (int at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length())) {
            found++;
        }
        return found;
    }

    private Map<String, Integer> counted(String text) {
        Map<String, Integer> counts = new HashMap<>();
        analyzer.analyze(new Document("", text, null, List.of())).protectedSpans().stream()
                .filter(span -> kind.labels.contains(span.label()))
                .flatMap(span -> things(text.substring(span.start(), span.end())))
                .forEach(found -> counts.merge(found, 1, Integer::sum));
        return counts;
    }

    /** What a span is counted as. */
    private Stream<String> things(String span) {
        return switch (kind) {
            case NEGATION -> Stream.of("not");
            case NUMBERS ->
                Stream.of(span.split("[\\s\u00a0\u202f]+"))
                        .map(Consistency::stripped)
                        .filter(word -> word.codePoints().anyMatch(Consistency::isDigit)
                                || Scan.isNumber(word.toLowerCase(Locale.ROOT)));
            case UNITS -> Stream.of(stripped(span).toLowerCase(Locale.ROOT));
            case ENTITIES -> Stream.of(stripped(span));
        };
    }

    private static boolean isDigit(int c) {
        return Character.isDigit(c) || Character.getType(c) == Character.OTHER_NUMBER;
    }

    /** The candidate without the edits that put digits for the letters of a word. */
    private static String withoutSlips(Augmented candidate) {
        String source = candidate.source().text();
        List<Edit> kept =
                candidate.edits().stream().filter(edit -> !isSlip(source, edit)).toList();
        return kept.size() == candidate.edits().size() ? candidate.text() : Edit.apply(source, kept);
    }

    private static boolean isSlip(String source, Edit edit) {
        int start = edit.start();
        while (start > 0 && edit.start() - start < LONGEST_WORD && !Character.isWhitespace(source.charAt(start - 1))) {
            start--;
        }
        int end = edit.end();
        while (end < source.length()
                && end - edit.end() < LONGEST_WORD
                && !Character.isWhitespace(source.charAt(end))) {
            end++;
        }
        String word = source.substring(start, end);
        return edit.replacement().codePoints().anyMatch(Consistency::isDigit)
                && word.codePoints().noneMatch(Consistency::isDigit)
                && word.codePoints().noneMatch(Character::isWhitespace)
                && Math.abs(edit.replacement().length() - (edit.end() - edit.start())) <= 1;
    }

    /** Without the punctuation around it, which may change with its place. */
    private static String stripped(String found) {
        return found.replaceAll("^[\\p{Punct}&&[^-+$#]]+|\\p{Punct}+$", "");
    }

    @Override
    public List<Double> bounds() {
        return min == 1 ? List.of() : List.of(min);
    }

    @Override
    public Verdict judge(double score) {
        return score < min ? new Verdict.Drop(name() + "-changed") : Verdict.KEEP;
    }
}
