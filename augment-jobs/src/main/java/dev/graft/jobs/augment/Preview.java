// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import dev.graft.augment.Edit;
import dev.graft.corpus.Document;
import dev.graft.jobs.Arguments;
import dev.graft.jobs.Launch;
import dev.graft.jobs.augment.candidate.Candidate;
import dev.graft.jobs.augment.candidate.CandidateMaker;
import dev.graft.jobs.augment.candidate.LoadedModels;
import dev.graft.jobs.augment.read.CorpusClasses;
import dev.graft.jobs.augment.read.FirstRows;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.run.ExitCode;
import dev.graft.text.TextAnalyzer;
import dev.graft.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what each operator makes of some rows; writes nothing. */
@Command(
        name = "preview",
        description = "Shows what each operator makes of some training rows, as diffs; writes nothing.")
public final class Preview implements Callable<Integer> {
    private static final int COUNTED = 1000;

    @Mixin
    private Arguments arguments = new Arguments();

    @Option(names = "-n", description = "rows to show, default ${DEFAULT-VALUE}", defaultValue = "10")
    private int rows = 10;

    public static void main(String[] args) {
        Launch.main(new Preview(), args);
    }

    @Override
    public Integer call() throws Exception {
        AugmentSettings settings = arguments.read(AugmentSettings::read);
        FirstRows read = FirstRows.read(settings, Math.max(rows, COUNTED));
        List<Document> head = read.documents();
        List<Document> shown = head.subList(0, Math.min(rows, head.size()));
        CandidateMaker augmentation = LoadedModels.augmentation(
                settings.work(vocabulary(settings, head), CorpusClasses.counted(settings, read)));
        settings.notes().forEach(System.out::println);
        for (Document document : shown) {
            System.out.printf("%n%s  %s%n", document.id(), document.text());
            augmentation.outcomes(document).forEach(Preview::print);
        }
        return ExitCode.DONE;
    }

    /** The words of the first rows stand for those of all, for an operator that draws from them. */
    static Optional<String> vocabulary(AugmentSettings settings, List<Document> head) throws IOException {
        if (!settings.section().needsVocabulary()) {
            return Optional.empty();
        }
        TextAnalyzer analyzer = new TextAnalyzer(settings.section().protection());
        Path file = Files.createTempFile("vocabulary", ".tsv");
        file.toFile().deleteOnExit();
        Vocabulary.of(head.stream().map(analyzer::analyze).toList()).write(file);
        return Optional.of(file.toString());
    }

    private static void print(Candidate outcome) {
        String source = outcome.source().text();
        String fate = switch (outcome.fate()) {
            case KEPT -> diff(source, outcome.edits());
            case DROPPED -> diff(source, outcome.edits()) + "  (dropped: " + outcome.reason() + ")";
            case UNCHANGED -> "(unchanged" + (outcome.reason().isEmpty() ? "" : ": " + outcome.reason()) + ")";
            case FAILED -> "(failed: " + outcome.message() + ")";
        };
        System.out.printf("  %-20s %s%n", outcome.operator(), fate);
    }

    /** Deleted text in brackets with a minus, inserted text with a plus; red and green where the terminal has colours. */
    private static String diff(String source, List<Edit> edits) {
        StringBuilder shown = new StringBuilder();
        int at = 0;
        for (Edit edit : edits) {
            shown.append(source, at, edit.start());
            if (edit.end() > edit.start()) {
                shown.append(coloured("red", "[-" + source.substring(edit.start(), edit.end()) + "]"));
            }
            if (!edit.replacement().isEmpty()) {
                shown.append(coloured("green", "[+" + edit.replacement() + "]"));
            }
            at = edit.end();
        }
        return shown.append(source.substring(at)).toString();
    }

    private static String coloured(String colour, String text) {
        return Ansi.AUTO.enabled() ? Ansi.Style.parse(colour)[0].on() + text + Ansi.Style.parse(colour)[0].off() : text;
    }
}
