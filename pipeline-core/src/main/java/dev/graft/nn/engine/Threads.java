// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn.engine;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;

/**
 * How many threads one operation of the engine may use. It is the engine's own setting, one for the whole JVM: it is set by
 * who starts the work, a job or the holder of an executor's models, and never by a model.
 */
public final class Threads {
    private Threads() {}

    /**
     * For scores that must not depend on how many cores there are, and for tasks of Spark, which have a core each and share
     * models.
     */
    public static void one() {
        set(1);
    }

    /**
     * @param threads 1 or more
     */
    public static void set(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException(threads + " threads; allowed is 1 or more");
        }
        Engine.getEngine("PyTorch"); // loads the library where nothing has yet
        JniUtils.setNumThreads(threads);
    }
}
