// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StateHeapTest {
    private static final long SMOLLM2 = 134_515_008;

    /** As measured: all of SmolLM2-135M ends in a heap of 3 GB and not in one of 1 GB. */
    @Test
    void whatDoesNotFitIsSaidWithWhatDoes() {
        assertThat(StateHeap.problem(SMOLLM2, false, 3L << 30)).isEmpty();
        assertThat(StateHeap.problem(SMOLLM2, true, 3L << 30)).isPresent();
        assertThat(StateHeap.problem(SMOLLM2, false, 1L << 30))
                .hasValue(
                        "too little of Java's heap: 134,515,008 values are trained, whose state takes 2.2 GB of it, and it has"
                                + " 1.1 GB; allowed is a larger one (-Xmx3g: in GRAFT_JAVA_FLAGS of bin/graft, or by"
                                + " spark.executor.memory), or a method that trains less");
    }

    @Test
    void anAdapterAlwaysFits() {
        assertThat(StateHeap.problem(SMOLLM2 / 50, true, 512L << 20)).isEmpty();
    }
}
