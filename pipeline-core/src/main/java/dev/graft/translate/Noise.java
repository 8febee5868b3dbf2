// SPDX-License-Identifier: Apache-2.0
package dev.graft.translate;

import dev.graft.random.Seeds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Noise of a synthetic source (Edunov et al. 2018, section 3, after Lample et al. 2018): words are left out, replaced by a filler,
 * and shuffled within a short distance.
 *
 * @param drop probability that a word is left out
 * @param blank probability that one that is left becomes the filler
 * @param distance no word moves by more places than this
 */
public record Noise(double drop, double blank, int distance) {
    /** As in the paper. */
    public static final Noise PUBLISHED = new Noise(0.1, 0.1, 3);

    /** In the place of a word: what each vocabulary has a piece for. */
    private static final String FILLER = "...";

    public Noise {
        if (!(drop >= 0 && drop < 1 && blank >= 0 && blank < 1) || distance < 0) {
            throw new IllegalArgumentException("noise that drops " + drop + ", blanks " + blank + " and moves by "
                    + distance + "; allowed are from 0 to under 1, the same, and from 0");
        }
    }

    private record Placed(String word, double place) {}

    /** The noised text; words are what stands between spaces. */
    String of(String text, long seed) {
        RandomGenerator random = Seeds.random(seed);
        List<Placed> placed = new ArrayList<>();
        int place = 0;
        for (String word : text.split(" ")) {
            boolean dropped = random.nextDouble() < drop;
            boolean blanked = random.nextDouble() < blank;
            double moved = place + random.nextDouble() * (distance + 1);
            if (!dropped) {
                placed.add(new Placed(blanked ? FILLER : word, moved));
                place++;
            }
        }
        placed.sort(Comparator.comparingDouble(Placed::place));
        return String.join(" ", placed.stream().map(Placed::word).toList());
    }
}
