// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import dev.graft.augment.Augmented;
import dev.graft.config.Settings;
import dev.graft.task.SentenceEncoder;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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
        return Scores.rounded(alone(candidate));
    }

    private double alone(Augmented candidate) {
        return SentenceEncoder.cosine(encoder.embed(candidate.source().text()), encoder.embed(candidate.text()));
    }

    @Override
    public double[] scores(List<Augmented> candidates) {
        List<String> texts = candidates.stream()
                .flatMap(each -> Stream.of(each.source().text(), each.text()))
                .toList();
        List<float[]> embeddings = encoder.embedAgain(texts);
        return IntStream.range(0, candidates.size())
                .mapToDouble(i -> Scores.rounded(
                        SentenceEncoder.cosine(embeddings.get(2 * i), embeddings.get(2 * i + 1)),
                        () -> alone(candidates.get(i))))
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
