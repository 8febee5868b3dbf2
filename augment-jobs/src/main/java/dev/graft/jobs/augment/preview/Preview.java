// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.preview;

import dev.graft.corpus.Document;
import dev.graft.corpus.InputException;
import dev.graft.corpus.Span;
import dev.graft.jobs.Arguments;
import dev.graft.jobs.Launch;
import dev.graft.jobs.Storages;
import dev.graft.jobs.augment.candidate.CandidateMaker;
import dev.graft.jobs.augment.candidate.LoadedModels;
import dev.graft.jobs.augment.read.CorpusClasses;
import dev.graft.jobs.augment.read.CorpusProbes;
import dev.graft.jobs.augment.read.FirstRows;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.random.Seeds;
import dev.graft.run.ExitCode;
import dev.graft.text.TextAnalyzer;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what operators and filters make of some rows; writes nothing. */
@Command(
        name = "preview",
        description =
                "Shows what each operator makes of some training rows: copies that are kept, that are near a bound,"
                        + " and that are dropped, as diffs; writes nothing.")
public final class Preview implements Callable<Integer> {
    /** Rows that some are drawn from. */
    private static final int DRAWN_FROM = 100_000;
    /** Rows that can't be used and are named. */
    private static final int REFUSED = 5;

    @Mixin
    private Arguments arguments = new Arguments();

    @Option(names = "-n", description = "rows to try, default ${DEFAULT-VALUE}", defaultValue = "50")
    private int rows = 50;

    @Option(
            names = "--samples",
            description = "copies of each kind to show, default ${DEFAULT-VALUE}",
            defaultValue = "3")
    private int samples = 3;

    @Option(
            names = "--operator",
            paramLabel = "NAME",
            description = "this one of the configuration alone, or another one with its defaults")
    private @Nullable String operator;

    @Option(names = "--id", description = "the row with this id alone")
    private @Nullable String id;

    @Option(names = "--text", description = "this text, and no row of the corpus")
    private @Nullable String text;

    @Option(names = "--random", description = "rows from anywhere in the corpus, and not the first")
    private boolean random;

    @Option(names = "--protected", description = "what no operator may touch, and why")
    private boolean guarded;

    @Option(
            names = "--jsonl",
            description = "all copies as JSON, one a line: source, copy, edits, scores, fate, reason")
    private boolean jsonl;

    public static void main(String[] args) {
        Launch.main(new Preview(), args);
    }

    @Override
    public Integer call() throws Exception {
        AugmentSettings given = arguments
                .readStage(AugmentSettings::read)
                .chosen(recipe -> recipe.directory(Storages.of(recipe.out())));
        AugmentSettings settings = operator == null ? given : given.only(operator);
        if (!jsonl) {
            settings.notes().forEach(System.out::println);
        }
        if (guarded) {
            tried(settings, read(settings, rows)).forEach(document -> printGuarded(settings, document));
            return ExitCode.DONE;
        }
        FirstRows read = read(settings, Math.max(rows, SampleWords.ROWS));
        List<Document> tried = tried(settings, read);
        CandidateMaker maker = LoadedModels.augmentation(settings.work(
                        SampleWords.counted(settings, read.documents()), CorpusClasses.counted(settings, read))
                .withFoldProbes(CorpusProbes.fitted(settings, read.documents()).map(Path::toString)));
        if (jsonl) {
            tried.forEach(
                    document -> maker.outcomes(document).forEach(copy -> System.out.println(CopyLine.of(maker, copy))));
        } else {
            new Shown(maker, samples).print(tried);
        }
        return ExitCode.DONE;
    }

    private FirstRows read(AugmentSettings settings, int most) {
        if (text != null
                && !settings.needsVocabulary()
                && !settings.section().needsClasses()
                && !settings.section().crossFits()) {
            return new FirstRows(List.of(), 0, true, List.of());
        }
        FirstRows read = FirstRows.read(settings, id != null ? Integer.MAX_VALUE : random ? DRAWN_FROM : most);
        read.refused().stream().limit(REFUSED).forEach(row -> System.err.println("left out: " + row));
        if (read.refused().size() > REFUSED) {
            System.err.println("left out: " + (read.refused().size() - REFUSED) + " more rows that can't be used");
        }
        return read;
    }

    private List<Document> tried(AugmentSettings settings, FirstRows read) {
        List<Document> documents = read.documents();
        if (text != null) {
            return List.of(new Document("text", text, null));
        }
        if (id != null) {
            return List.of(documents.stream()
                    .filter(each -> each.id().equals(id))
                    .findFirst()
                    .orElseThrow(() -> new InputException("--id: given " + id + "; allowed is the id of one of the "
                            + documents.size() + " training rows, such as "
                            + documents.get(0).id())));
        }
        if (!random) {
            return documents.subList(0, Math.min(rows, documents.size()));
        }
        long seed = settings.recipe().seed();
        return documents.stream()
                .sorted(Comparator.comparingLong(each -> Seeds.document(seed, each.id())))
                .limit(rows)
                .toList();
    }

    private static void printGuarded(AugmentSettings settings, Document document) {
        System.out.printf("%n%s  %s%n", document.id(), document.text());
        for (Span span : new TextAnalyzer(settings.section().protection())
                .analyze(document)
                .protectedSpans()) {
            System.out.printf(
                    "  %5d-%-5d %-14s %s%n",
                    span.start(), span.end(), span.label(), document.text().substring(span.start(), span.end()));
        }
    }
}
