// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import dev.graft.augment.Augmented;
import dev.graft.config.Settings;
import dev.graft.corpus.Document;
import dev.graft.text.TextAnalyzer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether what the meaning hangs on is the same in the candidate as in the source, counted: the share of it that both
 * have.
 *
 * @param kind what is counted
 * @param min least share that is kept, from 0 to 1: {@code min} in the section of the kind, default 1
 */
public record Consistency(Kind kind, TextAnalyzer analyzer, double min) implements Filter {
    /** What is counted; each is a section of its own that turns it on. */
    public enum Kind {
        /** Each number, date, price, or anything else with a digit. */
        NUMBERS("number"),
        /** How often something is negated, in whatever words. */
        NEGATION("negation"),
        /** Each name: a capitalised word within a sentence, an acronym. */
        ENTITIES("name");

        private final String label;

        Kind(String label) {
            this.label = label;
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
        Map<String, Integer> copy = counted(candidate.text());
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
                .filter(span -> span.label().equals(kind.label))
                .map(span -> kind == Kind.NEGATION ? "not" : stripped(text.substring(span.start(), span.end())))
                .forEach(found -> counts.merge(found, 1, Integer::sum));
        return counts;
    }

    /** Without the punctuation around it, which may change with its place. */
    private static String stripped(String found) {
        return found.replaceAll("^[\\p{Punct}&&[^-+$#]]+|\\p{Punct}+$", "");
    }

    @Override
    public Verdict judge(double score) {
        return score < min ? new Verdict.Drop(name() + "-changed") : Verdict.KEEP;
    }
}
