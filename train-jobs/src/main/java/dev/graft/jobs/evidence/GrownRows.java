// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.evidence;

import dev.graft.augment.Resources;
import dev.graft.corpus.Document;
import dev.graft.filter.Filter;
import dev.graft.jobs.augment.candidate.Candidate;
import dev.graft.jobs.augment.candidate.Candidate.Fate;
import dev.graft.jobs.augment.candidate.CandidateMaker;
import dev.graft.jobs.augment.candidate.CandidateMaker.NamedAugmenter;
import dev.graft.jobs.augment.setup.AugmentSection;
import dev.graft.text.TextAnalyzer;
import dev.graft.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Copies of rows within one task, as {@code augment} would make them. */
final class GrownRows {
    private GrownRows() {}

    /**
     * The copies that the filters keep of each document, each text once, and none that is a document's own.
     *
     * @param model whose embeddings tell how similar a copy is
     */
    static List<List<String>> copies(AugmentSection section, String model, List<Document> documents, long seed)
            throws IOException {
        TextAnalyzer analyzer = new TextAnalyzer(section.protection());
        Path words = Files.createTempFile("vocabulary", ".tsv");
        try {
            Vocabulary.of(documents.stream().map(analyzer::analyze).toList()).write(words);
            try (Resources resources = new Resources(model, Optional.of(words))) {
                List<NamedAugmenter> steps = section.steps().stream()
                        .map(step -> new NamedAugmenter(
                                step.name(), step.copies(), step.factory().make(resources)))
                        .toList();
                List<Filter> filters = section.filters().stream()
                        .map(filter -> filter.make(resources))
                        .toList();
                CandidateMaker maker = new CandidateMaker(seed, analyzer::analyze, steps, classes(documents), filters);
                Set<String> known = new HashSet<>();
                documents.forEach(document -> known.add(document.text()));
                List<List<String>> copies = new ArrayList<>();
                for (List<Candidate> candidates : maker.outcomes(documents)) {
                    List<String> kept = new ArrayList<>();
                    for (Candidate candidate : candidates) {
                        if (candidate.fate() == Fate.KEPT && known.add(candidate.text())) {
                            kept.add(candidate.text());
                        }
                    }
                    copies.add(kept);
                }
                return copies;
            }
        } finally {
            Files.deleteIfExists(words);
        }
    }

    private static Map<String, Long> classes(List<Document> documents) {
        Map<String, Long> classes = new TreeMap<>();
        for (Document document : documents) {
            if (document.label() != null) {
                classes.merge(document.label(), 1L, Long::sum);
            }
        }
        return classes;
    }
}
