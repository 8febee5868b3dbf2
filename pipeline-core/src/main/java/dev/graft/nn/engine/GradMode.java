// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn.engine;

import ai.djl.pytorch.jni.JniUtils;

/**
 * Whether this thread records what a backward pass needs, until closed. The engine's {@code GradientCollector} is one
 * per JVM; this is one per thread, so that several trainers may run side by side.
 */
public final class GradMode implements AutoCloseable {
    private final boolean before = JniUtils.isGradMode();

    private GradMode(boolean on) {
        JniUtils.setGradMode(on);
    }

    public static GradMode on() {
        return new GradMode(true);
    }

    public static GradMode off() {
        return new GradMode(false);
    }

    @Override
    public void close() {
        JniUtils.setGradMode(before);
    }
}
