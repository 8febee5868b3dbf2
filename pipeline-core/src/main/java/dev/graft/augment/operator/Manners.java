// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.config.Settings;
import dev.graft.generate.Beams;
import dev.graft.generate.Pick;
import dev.graft.generate.Search;
import dev.graft.translate.Manner;
import dev.graft.translate.Noise;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * How sentences go through a chain of models. What varies, varies on the way into the pivots; the way back is the best that is
 * found, so that the English is clean (Edunov et al. 2018, section 5).
 *
 * @param there into the pivots
 * @param back into English
 * @param again of a sentence that does not come back well
 * @param allowTruncated whether a translation that was cut at the greatest length stands
 */
record Manners(Manner there, Manner back, Optional<Again> again, boolean allowTruncated) {
    /**
     * Other ways there and back, which are tried one after the other, the likeliest first.
     *
     * @param there along beams, each of whose answers is a way into the pivots
     * @param back as many ways from each of these
     */
    record Again(Manner there, Manner back) {
        /** Of the drafts: each is one way there, and one from there back. */
        List<Long> seeds() {
            int ways = answers(there);
            return LongStream.range(0, (long) ways * answers(back))
                    .boxed()
                    .sorted(Comparator.comparingLong(seed -> seed % ways + seed / ways))
                    .toList();
        }
    }

    /** From which the seed of a draft chooses. */
    static int answers(Manner manner) {
        return manner.search() instanceof Beams beams ? beams.answers() : 1;
    }

    /** The likeliest tokens, and nothing that was cut. */
    static final Manners GREEDY = new Manners(Manner.GREEDY, Manner.GREEDY, Optional.empty(), false);

    private static final int MOST_BEAMS = 64;

    /**
     * Reads {@code beams} (1 is greedy), {@code length-penalty}, {@code no-repeat}, {@code variants} (of which a copy draws one),
     * {@code diversity}, {@code sampling} with {@code temperature}, {@code top-k} and {@code top-p}, {@code noise},
     * {@code tries} and {@code allow-truncated}.
     *
     * @param beams where the section has none
     * @param take what is taken of the answers, on which it depends how many are useful
     */
    static Manners read(Settings section, int beams, Take take) {
        int width = section.integer("beams", beams, 1, MOST_BEAMS);
        int variants = section.integer("variants", 1, 1, MOST_BEAMS);
        double diversity = section.number("diversity", 0, 0, 100);
        double penalty = section.number("length-penalty", 1, -10, 10);
        int noRepeat = section.integer("no-repeat", 0, 0, 100);
        boolean sampled = section.has("sampling");
        if (sampled && (variants > 1 || diversity > 0)) {
            section.problem("sampling", "either it, or variants and diversity of beams", variants);
        }
        if (variants > width) {
            variants = section.problem("variants", "at most the " + width + " beams", width);
        }
        Search best = width == 1 ? Pick.LIKELIEST : new Beams(width, 1, 0, penalty, Beams.Stop.UNLIKELY, 1);
        Search varied = best;
        if (sampled) {
            varied = sampling(section.section("sampling"));
        } else if (width > 1) {
            varied = new Beams(width, diversity > 0 ? width : 1, diversity, penalty, Beams.Stop.UNLIKELY, variants);
        }
        Optional<Noise> noise = section.flag("noise", false) ? Optional.of(Noise.PUBLISHED) : Optional.empty();
        int tries = section.integer("tries", take.tries(), 0, MOST_BEAMS);
        return new Manners(
                new Manner(varied, noRepeat, noise),
                new Manner(best, noRepeat, Optional.empty()),
                tries == 0
                        ? Optional.empty()
                        : Optional.of(new Again(
                                new Manner(several(tries, penalty), noRepeat, Optional.empty()),
                                new Manner(several(take.backs(), penalty), noRepeat, Optional.empty()))),
                section.flag("allow-truncated", false));
    }

    /** All of so many beams. */
    private static Beams several(int beams, double penalty) {
        return new Beams(beams, 1, 0, penalty, Beams.Stop.UNLIKELY, beams);
    }

    private static Search sampling(Settings section) {
        return new Pick.Sampled(
                section.number("temperature", 1, 0.01, 10),
                section.integer("top-k", 0, 0, 1_000_000),
                section.number("top-p", 1, 1e-6, 1),
                1,
                0);
    }
}
