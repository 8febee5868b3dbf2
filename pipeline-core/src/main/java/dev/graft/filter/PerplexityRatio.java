// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import dev.graft.augment.Augmented;
import dev.graft.config.Settings;
import dev.graft.task.CausalLm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Perplexity of the candidate by that of its source, as a language model reads them: much over 1 where the candidate is less
 * fluent. 1 where either has fewer than two tokens.
 *
 * @param model {@code perplexity.model}, a Hugging Face folder of a GPT-2 model; without it the filter is off
 * @param max {@code perplexity.max}, greatest ratio that is kept, more than 0; default 2
 */
public record PerplexityRatio(CausalLm model, double max) implements Filter {
    public PerplexityRatio {
        if (!(max > 0)) {
            throw new IllegalArgumentException("perplexity max is " + max + "; allowed is more than 0");
        }
    }

    @Override
    public String name() {
        return "perplexity";
    }

    static Optional<FilterSettings.Factory> read(Settings filters) {
        Settings section = filters.section("perplexity");
        double max = section.number("max", 2, 1e-6, 1e6);
        if (!section.has("model")) {
            return Optional.empty();
        }
        Path folder = section.folder("model");
        section.check("model", folder, CausalLm::require);
        return Optional.of(resources -> new PerplexityRatio(resources.causalLm(folder), max));
    }

    @Override
    public double score(Augmented candidate) {
        return scores(List.of(candidate))[0];
    }

    @Override
    public double[] scores(List<Augmented> candidates) {
        List<String> texts = new ArrayList<>();
        texts.add(candidates.get(0).source().text());
        candidates.forEach(candidate -> texts.add(candidate.text()));
        double[] perplexities = model.perplexities(texts);
        double[] scores = new double[candidates.size()];
        for (int i = 0; i < scores.length; i++) {
            double ratio = perplexities[i + 1] / perplexities[0];
            scores[i] = Double.isNaN(ratio) ? 1 : Scores.rounded(ratio);
        }
        return scores;
    }

    @Override
    public List<Double> bounds() {
        return List.of(max);
    }

    @Override
    public Verdict judge(double score) {
        return score > max ? new Verdict.Drop("perplexity-high") : Verdict.KEEP;
    }
}
