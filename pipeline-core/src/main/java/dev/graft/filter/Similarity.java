// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import dev.graft.augment.Augmented;
import dev.graft.nn.SentenceEncoder;

/**
 * Cosine of the sentence embeddings of the candidate and its source.
 *
 * @param min least cosine that is kept, from -1 to 1
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

    @Override
    public double score(Augmented candidate) {
        return Scores.rounded(
                SentenceEncoder.cosine(encoder.embed(candidate.source().text()), encoder.embed(candidate.text())));
    }

    @Override
    public Verdict judge(double score) {
        return score < min ? new Verdict.Drop("similarity-low") : Verdict.KEEP;
    }
}
