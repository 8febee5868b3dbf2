// SPDX-License-Identifier: Apache-2.0
package dev.graft.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.graft.generate.Pick.Chosen;
import dev.graft.generate.Pick.Sampled;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PickTest {
    /** Probabilities 0.5, 0.25, 0.125, 0.125. */
    private static final float[] LOGITS = {
        3, (float) (3 - Math.log(2)), (float) (3 - Math.log(4)), (float) (3 - Math.log(4))
    };

    private static final int[] ALL = {0, 1, 2, 3};
    private static final int DRAWS = 20_000;

    private static double[] shares(double temperature, int topK, double topP, double penalty, int... before) {
        double[] shares = new double[LOGITS.length];
        for (int seed = 0; seed < DRAWS; seed++) {
            Chosen chosen = new Sampled(temperature, topK, topP, penalty, seed).choose(LOGITS, 0, ALL, ALL, before);
            shares[chosen.token()] += 1.0 / DRAWS;
        }
        return shares;
    }

    @Test
    void drawsFollowTheSoftmax() {
        assertThat(shares(1, 0, 1, 1)).containsExactly(new double[] {0.5, 0.25, 0.125, 0.125}, within(0.01));
        double sum = Math.sqrt(0.5) + Math.sqrt(0.25) + 2 * Math.sqrt(0.125);
        assertThat(shares(2, 0, 1, 1)[0]).isCloseTo(Math.sqrt(0.5) / sum, within(0.01));
    }

    @Test
    void theLikeliestAloneAreDrawnFrom() {
        assertThat(shares(1, 2, 1, 1)).containsExactly(new double[] {2 / 3.0, 1 / 3.0, 0, 0}, within(0.01));
        assertThat(shares(1, 1, 1, 1)[0]).isCloseTo(1, within(1e-9));
        assertThat(shares(1, 0, 0.6, 1)).containsExactly(new double[] {2 / 3.0, 1 / 3.0, 0, 0}, within(0.01));
        assertThat(shares(1, 0, 0.4, 1)[0]).isCloseTo(1, within(1e-9));
    }

    @Test
    void whatWasThereIsLessLikely() {
        double weight = Math.exp(3 / 1.5 - 3);
        assertThat(shares(1, 0, 1, 1.5, 0)[0]).isCloseTo(weight / (weight + 1), within(0.01));
    }

    @Test
    void theSameSeedAndPlaceChooseTheSameWhateverElseIsInTheBatch() {
        float[] wider = {9, 9, 3, LOGITS[1], 9, LOGITS[2], LOGITS[3]};
        for (int seed = 0; seed < 200; seed++) {
            Sampled pick = new Sampled(0.8, 0, 0.95, 1, seed);
            Chosen alone = pick.choose(LOGITS, 0, ALL, ALL, new int[] {7, 8});
            Chosen among =
                    pick.choose(wider, 0, new int[] {2, 3, 5, 6}, new int[] {90, 91, 0, 1, 92, 2, 3}, new int[] {7, 8});
            assertThat(alone.token()).isEqualTo(among.token());
        }
        assertThat(IntStream.range(0, 50)
                        .map(place -> new Sampled(1, 0, 1, 1, 1)
                                .choose(LOGITS, 0, ALL, ALL, new int[place])
                                .token())
                        .distinct()
                        .count())
                .isGreaterThan(2);
    }

    /** A choice that tiny differences turn says so; one that they don't turn is not made again for nothing. */
    @Test
    void aClearChoiceStaysWhenLogitsDifferByLessThanItsLead() {
        SplittableRandom random = new SplittableRandom(5);
        int unclear = 0;
        for (int round = 0; round < 2000; round++) {
            float[] logits = new float[50];
            float[] other = new float[50];
            for (int i = 0; i < logits.length; i++) {
                logits[i] = (float) (6 * random.nextDouble());
                other[i] = logits[i] + (float) (2e-4 * (random.nextDouble() - 0.5));
            }
            int[] columns = IntStream.range(0, 50).toArray();
            Sampled pick = new Sampled(0.7, 20, 0.9, 1, round);
            Chosen one = pick.choose(logits, 0, columns, columns, new int[0]);
            Chosen two = pick.choose(other, 0, columns, columns, new int[0]);
            if (one.lead() > 1e-3) {
                assertThat(two.token()).isEqualTo(one.token());
            } else {
                unclear++;
            }
        }
        assertThat(unclear).isLessThan(400);
    }

    @Test
    void whatIsOutOfBoundsIsRefused() {
        assertThatThrownBy(() -> new Sampled(0, 0, 1, 1, 1)).hasMessageContaining("temperature 0.0");
        assertThatThrownBy(() -> new Sampled(1, 0, 0, 1, 1)).hasMessageContaining("top-p 0.0");
        assertThatThrownBy(() -> new Sampled(1, 0, 1, 0.5, 1)).hasMessageContaining("repetition-penalty 0.5");
    }
}
