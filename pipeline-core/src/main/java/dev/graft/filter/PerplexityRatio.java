// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import dev.graft.augment.Augmented;
import dev.graft.config.Settings;
import dev.graft.task.CausalLm;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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
        Path folder = section.model("model");
        section.check("model", folder, CausalLm::require);
        return Optional.of(resources -> new PerplexityRatio(resources.causalLm(folder), max));
    }

    @Override
    public double score(Augmented candidate) {
        return Scores.rounded(alone(candidate));
    }

    private double alone(Augmented candidate) {
        return ratio(
                model.perplexities(List.of(candidate.text()))[0],
                model.perplexities(List.of(candidate.source().text()))[0]);
    }

    private static double ratio(double own, double source) {
        double ratio = own / source;
        return Double.isNaN(ratio) ? 1 : ratio;
    }

    @Override
    public double[] scores(List<Augmented> candidates) {
        List<String> texts = candidates.stream()
                .flatMap(each -> Stream.of(each.source().text(), each.text()))
                .toList();
        double[] perplexities = model.perplexities(texts);
        return IntStream.range(0, candidates.size())
                .mapToDouble(i -> Scores.rounded(
                        ratio(perplexities[2 * i + 1], perplexities[2 * i]), () -> alone(candidates.get(i))))
                .toArray();
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
