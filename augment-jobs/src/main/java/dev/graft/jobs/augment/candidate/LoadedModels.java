// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.candidate;

import dev.graft.augment.Resources;
import dev.graft.filter.Filter;
import dev.graft.jobs.Storages;
import dev.graft.jobs.augment.candidate.CandidateMaker.NamedAugmenter;
import dev.graft.jobs.augment.setup.AugmentSection;
import dev.graft.jobs.augment.setup.AugmentSettings.Work;
import dev.graft.text.TextAnalyzer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The models and lexicons of an executor: loaded once a JVM, shared by its tasks. */
public final class LoadedModels {
    private static final Logger LOG = LoggerFactory.getLogger(LoadedModels.class);
    private static final Map<Key, CandidateMaker> LOADED = new ConcurrentHashMap<>();

    private static final Map<Key, List<Filter>> FILTERS = new ConcurrentHashMap<>();

    /** Every one that was made, with the processes that it started. */
    private static final Queue<Resources> OWNERS = new ConcurrentLinkedQueue<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(LoadedModels::endProcesses));
    }

    private LoadedModels() {}

    /** Ends what runs beside this JVM; models stay, and a process that is asked again starts again. */
    public static void endProcesses() {
        OWNERS.forEach(Resources::close);
    }

    private static Resources owned(Resources resources) {
        OWNERS.add(resources);
        return resources;
    }

    /** An executor with several GPUs has models on each that a task was lent. */
    private record Key(Work work, OptionalInt gpu) {}

    /** Outside of a task, on the CPU. */
    public static CandidateMaker augmentation(Work work) {
        return augmentation(work, OptionalInt.empty());
    }

    /**
     * @param gpu that was lent to the task, as CUDA counts in this process
     */
    public static CandidateMaker augmentation(Work work, OptionalInt gpu) {
        return LOADED.computeIfAbsent(new Key(work, gpu), LoadedModels::load);
    }

    /**
     * The filters alone.
     *
     * @param gpu that was lent to the task, as CUDA counts in this process
     */
    public static List<Filter> filters(Work work, OptionalInt gpu) {
        return FILTERS.computeIfAbsent(new Key(work, gpu), key -> {
            AugmentSection section = work.section();
            Resources resources = owned(new Resources(
                    Storages.local(work.model()).toString(),
                    Optional.empty(),
                    local(work.foldProbes()),
                    gpu,
                    section.compute()));
            return section.filters().stream()
                    .map(filter -> filter.make(resources))
                    .toList();
        });
    }

    private static Optional<Path> local(String path) {
        return path.isEmpty() ? Optional.empty() : Optional.of(Storages.local(path));
    }

    private static CandidateMaker load(Key key) {
        long start = System.nanoTime();
        Work work = key.work;
        AugmentSection section = work.section();
        Resources resources = owned(new Resources(
                Storages.local(work.model()).toString(),
                local(work.vocabulary()),
                local(work.foldProbes()),
                key.gpu,
                section.compute()));
        TextAnalyzer analyzer = new TextAnalyzer(section.protection());
        List<NamedAugmenter> steps = section.steps().stream()
                .map(step -> new NamedAugmenter(
                        step.name(), step.copies(), step.factory().make(resources)))
                .toList();
        List<Filter> filters =
                section.filters().stream().map(filter -> filter.make(resources)).toList();
        LOG.info("models loaded in {} ms", (System.nanoTime() - start) / 1_000_000);
        return new CandidateMaker(
                work.seed(), analyzer::analyze, steps, work.classes(), filters, new EditedTurns(work.edit()));
    }
}
