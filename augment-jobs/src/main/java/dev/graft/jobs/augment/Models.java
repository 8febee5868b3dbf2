// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import dev.graft.augment.Resources;
import dev.graft.filter.Filter;
import dev.graft.jobs.augment.AugmentSettings.Section;
import dev.graft.jobs.augment.AugmentSettings.Work;
import dev.graft.jobs.augment.Augmentation.Step;
import dev.graft.text.TextAnalyzer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The models and lexicons of an executor: loaded once a JVM, shared by its tasks. */
final class Models {
    private static final Logger LOG = LoggerFactory.getLogger(Models.class);
    private static final Map<Work, Augmentation> LOADED = new ConcurrentHashMap<>();

    private static final Map<Work, List<Filter>> FILTERS = new ConcurrentHashMap<>();

    private Models() {}

    static Augmentation augmentation(Work work) {
        return LOADED.computeIfAbsent(work, Models::load);
    }

    /** The filters alone. */
    static List<Filter> filters(Work work) {
        return FILTERS.computeIfAbsent(work, key -> {
            Resources resources = new Resources(key.model(), Optional.empty());
            return key.section().filters().stream()
                    .map(filter -> filter.make(resources))
                    .toList();
        });
    }

    private static Augmentation load(Work work) {
        long start = System.nanoTime();
        Section section = work.section();
        Resources resources = new Resources(
                work.model(), work.vocabulary().isEmpty() ? Optional.empty() : Optional.of(Path.of(work.vocabulary())));
        TextAnalyzer analyzer = new TextAnalyzer(section.protection());
        List<Step> steps = section.steps().stream()
                .map(step -> new Step(step.name(), step.copies(), step.factory().make(resources)))
                .toList();
        List<Filter> filters =
                section.filters().stream().map(filter -> filter.make(resources)).toList();
        LOG.info("models loaded in {} ms", (System.nanoTime() - start) / 1_000_000);
        return new Augmentation(work.seed(), analyzer::analyze, steps, filters);
    }
}
