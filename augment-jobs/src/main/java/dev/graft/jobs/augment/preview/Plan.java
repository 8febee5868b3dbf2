// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.preview;

import dev.graft.corpus.Document;
import dev.graft.jobs.Arguments;
import dev.graft.jobs.Launch;
import dev.graft.jobs.Storages;
import dev.graft.jobs.augment.candidate.Candidate;
import dev.graft.jobs.augment.candidate.Candidate.Fate;
import dev.graft.jobs.augment.candidate.CandidateMaker;
import dev.graft.jobs.augment.candidate.LoadedModels;
import dev.graft.jobs.augment.read.CorpusClasses;
import dev.graft.jobs.augment.read.CorpusProbes;
import dev.graft.jobs.augment.read.FirstRows;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.run.ExitCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what a configuration would make, how long it would take and how much room; writes nothing. */
@Command(
        name = "plan",
        description = "Says what would be made of the corpus, from a sample: rows, time, disk; writes nothing.")
public final class Plan implements Callable<Integer> {
    private static final int COUNTED = 1000;

    @Mixin
    private Arguments arguments = new Arguments();

    @Option(names = "-n", description = "rows to try, default ${DEFAULT-VALUE}", defaultValue = "100")
    private int rows = 100;

    public static void main(String[] args) {
        Launch.main(new Plan(), args);
    }

    @Override
    public Integer call() throws Exception {
        AugmentSettings settings = arguments
                .readStage(AugmentSettings::read)
                .chosen(recipe -> recipe.directory(Storages.of(recipe.out())));
        FirstRows read = FirstRows.read(settings, Math.max(rows, COUNTED));
        List<Document> head = read.documents();
        List<Document> sample = head.subList(0, Math.min(rows, head.size()));
        Map<String, Long> classes = CorpusClasses.counted(settings, read);
        CandidateMaker augmentation =
                LoadedModels.augmentation(settings.work(SampleWords.counted(settings, head), classes)
                        .withFoldProbes(CorpusProbes.fitted(settings, head).map(Path::toString)));
        augmentation.outcomes(sample.get(0)); // the first asks for models
        Map<String, Map<Fate, Integer>> fates = new TreeMap<>();
        long bytes = 0;
        long start = System.nanoTime();
        for (Document document : sample) {
            bytes += bytes(document.text());
            for (Candidate outcome : augmentation.outcomes(document)) {
                fates.computeIfAbsent(outcome.operator(), any -> new TreeMap<>())
                        .merge(outcome.fate(), 1, Integer::sum);
                bytes += bytes(outcome.text());
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        print(settings, read.training(), classes, sample, fates, bytes, seconds);
        return ExitCode.DONE;
    }

    private static void print(
            AugmentSettings settings,
            long documents,
            Map<String, Long> classes,
            List<Document> sample,
            Map<String, Map<Fate, Integer>> fates,
            long bytes,
            double seconds) {
        int cores = Runtime.getRuntime().availableProcessors();
        double scale = documents / (double) sample.size();
        settings.notes().forEach(System.out::println);
        System.out.printf("%n%,d training rows, estimated from the first %d%n", documents, sample.size());
        System.out.printf("%n%-24s %12s %12s %12s %12s%n", "operator", "copies", "kept", "dropped", "unchanged");
        settings.section().steps().forEach(step -> {
            Map<Fate, Integer> found = fates.getOrDefault(step.name(), Map.of());
            System.out.printf(
                    "%-24s %,12d %,12d %,12d %,12d%n",
                    step.name(),
                    CorpusClasses.asked(settings, step, classes, sample, documents),
                    Math.round(scale * found.getOrDefault(Fate.KEPT, 0)),
                    Math.round(scale * found.getOrDefault(Fate.DROPPED, 0)),
                    Math.round(scale * found.getOrDefault(Fate.UNCHANGED, 0)));
        });
        System.out.printf(
                "%n%.0f documents/s a thread: %.0f s on %d cores here, and the start of Spark%n",
                sample.size() / seconds, scale * seconds / cores, cores);
        System.out.printf("text of the output: %.1f MB before compression%n", scale * bytes / 1e6);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
