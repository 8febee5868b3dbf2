// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import dev.graft.augment.Augmenters;
import dev.graft.augment.OperatorSettings;
import dev.graft.checkpoint.BaseModel;
import dev.graft.filter.Filter;
import dev.graft.jobs.augment.AugmentSettings.Work;
import dev.graft.jobs.augment.Augmentation.Step;
import dev.graft.nn.SentenceEncoder;
import dev.graft.text.TextAnalyzer;
import dev.graft.text.WordNet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The models and lexicons of an executor: loaded once a JVM, shared by its tasks. */
final class Models {
    private static final Logger LOG = LoggerFactory.getLogger(Models.class);
    private static final int SIMILARITY_TOKENS = 256;
    private static final Map<Work, Augmentation> LOADED = new ConcurrentHashMap<>();

    private Models() {}

    static Augmentation augmentation(Work work) {
        return LOADED.computeIfAbsent(work, Models::load);
    }

    private static Augmentation load(Work work) {
        long start = System.nanoTime();
        TextAnalyzer analyzer = new TextAnalyzer();
        WordNet wordNet = new WordNet();
        List<Step> steps = new ArrayList<>();
        for (OperatorSettings operator : work.operators()) {
            steps.add(new Step(Augmenters.of(operator, () -> wordNet), operator.copies()));
        }
        List<Filter> filters =
                work.filters().filters(() -> new SentenceEncoder(BaseModel.load(work.model()), SIMILARITY_TOKENS));
        LOG.info("models loaded in {} ms", (System.nanoTime() - start) / 1_000_000);
        return new Augmentation(work.seed(), analyzer::analyze, steps, filters);
    }
}
