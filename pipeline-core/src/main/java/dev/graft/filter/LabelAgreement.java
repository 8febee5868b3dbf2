// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import dev.graft.augment.Augmented;
import dev.graft.config.Settings;
import dev.graft.nn.MergedClassifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Probability that a trained classifier gives the document's label to the candidate (as in Anaby-Tavor et al. 2020, LAMBADA,
 * section 3). A document without a label, or with one that the classifier doesn't know, scores 1.
 *
 * @param classifier the base model with the adapter of {@code label.adapter}
 * @param min {@code label.min}, least probability that is kept, from 0 to 1; default 0.5
 */
public record LabelAgreement(MergedClassifier classifier, double min) implements Filter {
    public LabelAgreement {
        if (!(min >= 0 && min <= 1)) {
            throw new IllegalArgumentException("label min is " + min + "; allowed is from 0 to 1");
        }
    }

    static Optional<FilterSettings.Factory> read(Settings filters) {
        Settings section = filters.section("label");
        double min = section.number("min", 0.5, 0, 1);
        if (!filters.has("label")) {
            return Optional.empty();
        }
        Path adapter = section.folder("adapter");
        return Optional.of(resources -> new LabelAgreement(resources.classifier(adapter), min));
    }

    @Override
    public String name() {
        return "label";
    }

    @Override
    public double score(Augmented candidate) {
        return scores(List.of(candidate))[0];
    }

    @Override
    public double[] scores(List<Augmented> candidates) {
        List<String> texts = new ArrayList<>();
        candidates.forEach(candidate -> texts.add(candidate.text()));
        int label = classifier.labels().indexOf(candidates.get(0).source().label());
        float[][] probabilities = label < 0 ? new float[0][] : classifier.probabilities(texts);
        double[] scores = new double[candidates.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = label < 0 ? 1 : Scores.rounded(probabilities[i][label]);
        }
        return scores;
    }

    @Override
    public Verdict judge(double score) {
        return score < min ? new Verdict.Drop("label-other") : Verdict.KEEP;
    }
}
