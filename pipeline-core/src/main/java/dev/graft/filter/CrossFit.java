// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import dev.graft.augment.Augmented;
import dev.graft.config.Settings;
import dev.graft.corpus.Document;
import dev.graft.task.FoldProbes;
import dev.graft.task.SentenceEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How much likelier than the source's the copy's likeliest other class is, to a classifier that has learnt from neither (cross-
 * fitting; Northcutt et al. 2021, Confident Learning, section 3, judges rows by folds the same way). A copy that moved to another
 * class is dropped; one of a row that is hard itself, and as hard as before, stays. A row without a label scores 0.
 *
 * @param max {@code cross-fit.max}, greatest rise of a probability that is kept, from 0 to 1; default 0.5
 */
public record CrossFit(SentenceEncoder encoder, FoldProbes probes, double max) implements Filter {
    public static final String NAME = "cross-fit";

    public CrossFit {
        if (!(max >= 0 && max <= 1)) {
            throw new IllegalArgumentException("cross-fit max is " + max + "; allowed is from 0 to 1");
        }
    }

    static Optional<FilterSettings.Factory> read(Settings filters) {
        double max = filters.section(NAME).number("max", 0.5, 0, 1);
        return filters.has(NAME)
                ? Optional.of(resources -> new CrossFit(resources.encoder(), resources.foldProbes(), max))
                : Optional.empty();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public double score(Augmented candidate) {
        return scores(List.of(candidate))[0];
    }

    @Override
    public double[] scores(List<Augmented> candidates) {
        Document source = candidates.get(0).source();
        double[] scores = new double[candidates.size()];
        int label = probes.labels().indexOf(String.valueOf(source.label()));
        if (label < 0) {
            return scores;
        }
        List<String> texts = new ArrayList<>();
        texts.add(source.text());
        candidates.forEach(candidate -> texts.add(candidate.text()));
        double[][] probabilities = probes.of(source).probabilities(encoder.embed(texts));
        for (int i = 0; i < scores.length; i++) {
            double most = 0;
            for (int other = 0; other < probabilities[0].length; other++) {
                double rise = probabilities[i + 1][other] - probabilities[0][other];
                most = other == label ? most : Math.max(most, rise);
            }
            scores[i] = Scores.rounded(most);
        }
        return scores;
    }

    @Override
    public List<Double> bounds() {
        return List.of(max);
    }

    @Override
    public Verdict judge(double score) {
        return score > max ? new Verdict.Drop("cross-fit-other") : Verdict.KEEP;
    }
}
