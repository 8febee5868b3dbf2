// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import dev.graft.adapt.AdapterFolder;
import dev.graft.augment.Augmented;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.config.Settings;
import dev.graft.corpus.Document;
import dev.graft.corpus.InputException;
import dev.graft.task.TextClassifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Probability that a trained classifier gives the document's label to the candidate (as in Anaby-Tavor et al. 2020, LAMBADA,
 * section 3). A document without a label scores 1; one whose label the classifier does not know is an error.
 *
 * @param classifier the base model with the adapter of {@code label.adapter}
 * @param min {@code label.min}, least probability that is kept, from 0 to 1; default 0.5
 */
public record LabelAgreement(TextClassifier classifier, double min) implements Filter {
    public static final String NAME = "label";

    public LabelAgreement {
        if (!(min >= 0 && min <= 1)) {
            throw new IllegalArgumentException("label min is " + min + "; allowed is from 0 to 1");
        }
    }

    static Optional<FilterSettings.Factory> read(Settings filters) {
        Settings section = filters.section(NAME);
        double min = section.number("min", 0.5, 0, 1);
        if (!filters.has(NAME)) {
            return Optional.empty();
        }
        Path adapter = section.folder("adapter");
        List<String> labels = section.strings("labels", List.of());
        if (Files.isDirectory(adapter)) {
            // Now and not in a task: what is wrong with an adapter is said before anything starts.
            try {
                AdapterFolder.read(adapter, labels);
            } catch (CheckpointException e) {
                section.problem("adapter", "a classifier's adapter: " + e.getMessage(), adapter);
            }
        }
        return Optional.of(resources -> new LabelAgreement(resources.classifier(adapter, labels), min));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public double score(Augmented candidate) {
        int label = label(candidate.source());
        return label < 0 ? 1 : Scores.rounded(alone(candidate.text(), label));
    }

    private double alone(String text, int label) {
        return classifier.probabilities(List.of(text))[0][label];
    }

    @Override
    public double[] scores(List<Augmented> candidates) {
        List<String> texts = candidates.stream()
                .filter(each -> label(each.source()) >= 0)
                .map(Augmented::text)
                .distinct()
                .toList();
        double[][] probabilities = texts.isEmpty() ? new double[0][] : classifier.probabilities(texts);
        Map<String, double[]> byText = new HashMap<>();
        for (int i = 0; i < texts.size(); i++) {
            byText.put(texts.get(i), probabilities[i]);
        }
        return candidates.stream()
                .mapToDouble(each -> {
                    int label = label(each.source());
                    return label < 0
                            ? 1
                            : Scores.rounded(
                                    Objects.requireNonNull(byText.get(each.text()))[label],
                                    () -> alone(each.text(), label));
                })
                .toArray();
    }

    /** Index of the document's label; -1 for a document without one. */
    private int label(Document document) {
        if (document.label() == null) {
            return -1;
        }
        int label = classifier.labels().indexOf(document.label());
        if (label < 0) {
            throw new InputException("document " + document.id() + " has the label \"" + document.label()
                    + "\", which the adapter of filters.label does not know; it knows " + classifier.labels());
        }
        return label;
    }

    @Override
    public List<Double> bounds() {
        return List.of(min);
    }

    @Override
    public Verdict judge(double score) {
        return score < min ? new Verdict.Drop("label-other") : Verdict.KEEP;
    }
}
