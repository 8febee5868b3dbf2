// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.preview;

import dev.graft.augment.Augmenter;
import dev.graft.corpus.Document;
import dev.graft.jobs.augment.candidate.Candidate;
import dev.graft.jobs.augment.candidate.Candidate.Fate;
import dev.graft.jobs.augment.candidate.CandidateMaker;
import dev.graft.jobs.augment.candidate.CandidateMaker.NamedAugmenter;
import dev.graft.report.TerminalDiff;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;

/**
 * Copies in a terminal: of each operator how many met which fate, and some of each kind.
 *
 * @param samples of each kind
 */
record Shown(CandidateMaker maker, int samples) {
    private static final TerminalDiff DIFF = new TerminalDiff(Shown::coloured);

    /** Of one row all copies are shown, of several some of each operator. */
    void print(List<Document> documents) {
        List<Candidate> all = new ArrayList<>();
        for (Document document : documents) {
            all.addAll(maker.outcomes(document));
        }
        if (documents.size() == 1) {
            System.out.printf(
                    "%n%s  %s%n", documents.get(0).id(), documents.get(0).text());
        }
        for (NamedAugmenter step : maker.steps()) {
            List<Candidate> copies = all.stream()
                    .filter(copy -> copy.operator().equals(step.name()))
                    .toList();
            System.out.printf("%n%s: %s%n", step.name(), counts(copies, documents.size()));
            if (documents.size() == 1) {
                copies.forEach(copy -> print(copy, false));
            } else {
                Specimens specimens = Specimens.of(copies, maker.filters(), samples);
                print("kept", specimens.kept());
                print("near a bound", specimens.near());
                print("dropped", specimens.dropped());
                print("left as they were, or failed", specimens.others());
            }
        }
    }

    private void print(String title, List<Candidate> copies) {
        if (!copies.isEmpty()) {
            System.out.printf("  %s%n", coloured("bold", title));
            copies.forEach(copy -> print(copy, true));
        }
    }

    private void print(Candidate copy, boolean named) {
        String fate = switch (copy.fate()) {
            case KEPT -> "";
            case DROPPED -> "  (dropped: " + copy.reason() + ")";
            case UNCHANGED -> "  (unchanged" + (copy.reason().isEmpty() ? "" : ": " + copy.reason()) + ")";
            case FAILED -> "  (failed: " + copy.message() + ")";
        };
        System.out.printf(
                "    %s%s%s%s%n",
                named ? copy.source().id() + "  " : "",
                DIFF.of(copy.source().text(), copy.edits()),
                fate,
                scores(copy));
        int part = 1;
        for (Augmenter.Stage stage : CopyLine.stages(maker, copy)) {
            System.out.printf(
                    "      %d %s  %s%s%n",
                    part++,
                    stage.operator(),
                    stage.edits().isEmpty() ? "(nothing)" : DIFF.of(stage.text(), stage.edits()),
                    stage.undone().isEmpty() ? "" : "  (undone: " + stage.undone() + ")");
        }
    }

    /** Each score, with the bounds that it has to keep to. */
    private String scores(Candidate copy) {
        return copy.scores().entrySet().stream()
                .map(score -> score.getKey()
                        + String.format(Locale.ROOT, " %.3f", score.getValue())
                        + maker.filters().stream()
                                .filter(filter ->
                                        filter.name().equals(score.getKey()) && filter.judges(copy.operator()))
                                .flatMap(filter -> filter.bounds().stream())
                                .map(bound -> String.format(Locale.ROOT, "%s", bound))
                                .collect(Collectors.collectingAndThen(
                                        Collectors.joining(", "), all -> all.isEmpty() ? "" : " [" + all + "]")))
                .collect(Collectors.collectingAndThen(
                        Collectors.joining(", "), all -> all.isEmpty() ? "" : coloured("faint", "  " + all)));
    }

    private static String counts(List<Candidate> copies, int rows) {
        Map<Fate, Long> fates =
                copies.stream().collect(Collectors.groupingBy(Candidate::fate, TreeMap::new, Collectors.counting()));
        Map<String, Long> reasons = copies.stream()
                .filter(copy -> copy.fate() == Fate.DROPPED)
                .collect(Collectors.groupingBy(Candidate::reason, TreeMap::new, Collectors.counting()));
        return String.format(
                Locale.ROOT,
                "%,d %s of %,d %s, %s%s",
                copies.size(),
                copies.size() == 1 ? "copy" : "copies",
                rows,
                rows == 1 ? "row" : "rows",
                fates.entrySet().stream()
                        .map(each ->
                                each.getValue() + " " + each.getKey().toString().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", ")),
                reasons.isEmpty()
                        ? ""
                        : reasons.entrySet().stream()
                                .map(each -> each.getKey() + " " + each.getValue())
                                .collect(Collectors.joining(", ", " (", ")")));
    }

    private static String coloured(String style, String text) {
        return Ansi.AUTO.enabled() ? Ansi.Style.parse(style)[0].on() + text + Ansi.Style.parse(style)[0].off() : text;
    }
}
