// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import java.util.Locale;
import java.util.Optional;

/** What the state of a training takes of Java's heap, where it is copied to be stored; the engine's memory lies beside it. */
public final class StateHeap {
    /** Of a state: the parameters and their two moments. */
    private static final int STATE = 3;
    /** The share of a heap that is there for it. */
    private static final double SHARE = 0.9;

    private StateHeap() {}

    /**
     * Bytes at most: a state, and what it was begun with.
     *
     * @param trained values of fp32
     * @param checkpoints whether the training is stored before its end, so that what it goes on with is a whole state
     */
    public static long bytes(long trained, boolean checkpoints) {
        return 4 * trained * (STATE + (checkpoints ? STATE : 1));
    }

    /**
     * What is wrong, if it is too much.
     *
     * @param heap bytes that Java may take
     */
    public static Optional<String> problem(long trained, boolean checkpoints, long heap) {
        long bytes = bytes(trained, checkpoints);
        return bytes <= SHARE * heap
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "too little of Java's heap: %,d values are trained, whose state takes %.1f GB of it%s, and it has %.1f GB;"
                                + " allowed is a larger one (-Xmx%dg: in GRAFT_JAVA_FLAGS of bin/graft, or by spark.executor.memory),"
                                + " or a method that trains less",
                        trained,
                        bytes / 1e9,
                        checkpoints ? " as a checkpoint is written" : "",
                        heap / 1e9,
                        (long) Math.ceil(bytes / SHARE / (1L << 30))));
    }
}
