// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import dev.graft.augment.Augmented;
import dev.graft.config.Settings;
import dev.graft.task.SentenceEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Cosine of the sentence embeddings of the candidate and its source.
 *
 * @param min {@code similarity.min}, least cosine that is kept, from -1 to 1; default 0.7, and -1 turns it off, for operators that it stands with too
 */
public record Similarity(SentenceEncoder encoder, double min) implements Filter {
    public Similarity {
        if (!(min >= -1 && min <= 1)) {
            throw new IllegalArgumentException("similarity min is " + min + "; allowed is from -1 to 1");
        }
    }

    @Override
    public String name() {
        return "similarity";
    }

    static Optional<FilterSettings.Factory> read(Settings filters) {
        double min = filters.section("similarity").number("min", 0.7, -1, 1);
        return min == -1 || !filters.has("similarity")
                ? Optional.empty()
                : Optional.of(resources -> new Similarity(resources.encoder(), min));
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
        List<float[]> embeddings = encoder.embed(texts);
        return embeddings.subList(1, embeddings.size()).stream()
                .mapToDouble(embedding -> Scores.rounded(SentenceEncoder.cosine(embeddings.get(0), embedding)))
                .toArray();
    }

    @Override
    public List<Double> bounds() {
        return List.of(min);
    }

    @Override
    public Verdict judge(double score) {
        return score < min ? new Verdict.Drop("similarity-low") : Verdict.KEEP;
    }
}
