// SPDX-License-Identifier: Apache-2.0
package dev.graft.translate;

import dev.graft.generate.Beams;
import dev.graft.generate.Hypothesis;
import dev.graft.generate.Pick;
import dev.graft.generate.Search;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How a translation is looked for. What depends on chance depends on a draft's seed alone.
 *
 * @param search along beams that give several answers, the seed chooses one; a {@link Pick.Sampled} is drawn with it
 * @param noRepeat no run of so many tokens comes twice; 0 where it may
 * @param noise of the translation's words, drawn with the seed
 */
public record Manner(Search search, int noRepeat, Optional<Noise> noise) {
    /** The likeliest tokens. */
    public static final Manner GREEDY = of(Pick.LIKELIEST);

    public static Manner of(Search search) {
        return new Manner(search, 0, Optional.empty());
    }

    /** Whether drafts of one sentence may differ. */
    public boolean hasVariants() {
        return noise.isPresent()
                || search instanceof Pick.Sampled
                || (search instanceof Beams beams && beams.answers() > 1);
    }

    /** The seed of a draft: one for all where there is one way only, and one for each of several answers along beams. */
    public long seed(RandomGenerator random) {
        if (!hasVariants()) {
            return 0;
        }
        boolean counted = noise.isEmpty() && search instanceof Beams;
        return counted ? random.nextInt(((Beams) search).answers()) : random.nextLong();
    }

    Search search(long seed) {
        return search instanceof Pick.Sampled sampled
                ? new Pick.Sampled(sampled.temperature(), sampled.topK(), sampled.topP(), sampled.penalty(), seed)
                : search;
    }

    static Hypothesis chosen(List<Hypothesis> answers, long seed) {
        return answers.get((int) Math.floorMod(seed, (long) answers.size()));
    }
}
