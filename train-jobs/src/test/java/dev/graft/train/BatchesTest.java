// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.random.Seeds;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BatchesTest {
    static LongStream seeds() {
        return LongStream.range(0, 50);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyEpochHasEachRowOnceAndTheSameBatchesAgain(long seed) {
        Batches batches = random(seed, false);
        for (int epoch = 0; epoch < 3; epoch++) {
            List<int[]> plan = batches.epoch(epoch);
            assertThat(plan).hasSize(batches.steps(1));
            assertThat(plan).allSatisfy(batch -> assertThat(batch).hasSizeBetween(1, batches.size()));
            assertThat(plan.stream().flatMapToInt(IntStream::of).sorted().toArray())
                    .isEqualTo(IntStream.range(0, batches.lengths().length).toArray());
            assertThat(batches.epoch(epoch)).usingRecursiveComparison().isEqualTo(plan);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void startingAtAStepGivesWhatFollowsIt(long seed) {
        Batches batches = random(seed, seed % 2 == 0);
        int steps = batches.steps(3) + 1;
        List<int[]> all = take(batches.from(0), steps);
        for (int step = 0; step < steps; step++) {
            assertThat(take(batches.from(step), steps - step))
                    .usingRecursiveComparison()
                    .isEqualTo(all.subList(step, steps));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void rowsOfLikeLengthShareABatch(long seed) {
        int[] lengths = IntStream.range(0, 512).map(row -> 1 + row % 64).toArray();
        Batches batches = new Batches(lengths, 32, 0, seed);
        for (int[] batch : batches.epoch(0)) {
            IntStream inBatch = IntStream.of(batch).map(row -> lengths[row]);
            var range = inBatch.summaryStatistics();
            assertThat(range.getMax() - range.getMin()).isLessThanOrEqualTo(4);
        }
        assertThat(batches.epoch(0)).usingRecursiveComparison().isNotEqualTo(batches.epoch(1));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aBudgetOfTokensCountsThePaddingAndHasEachRowOnce(long seed) {
        Batches batches = random(seed, true);
        List<int[]> plan = batches.epoch(1);
        assertThat(plan.stream().flatMapToInt(IntStream::of).sorted().toArray())
                .isEqualTo(IntStream.range(0, batches.lengths().length).toArray());
        for (int[] batch : plan) {
            int longest =
                    IntStream.of(batch).map(row -> batches.lengths()[row]).max().orElseThrow();
            assertThat(batch.length == 1 || longest * batch.length <= batches.tokens())
                    .isTrue();
        }
    }

    private static Batches random(long seed, boolean byTokens) {
        RandomGenerator random = Seeds.random(seed);
        int[] lengths = random.ints(random.nextInt(1, 80), 3, 40).toArray();
        return new Batches(lengths, random.nextInt(1, 20), byTokens ? random.nextInt(20, 200) : 0, seed);
    }

    private static List<int[]> take(Iterator<Batches.Batch> batches, int count) {
        List<int[]> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(batches.next().rows());
        }
        return taken;
    }
}
