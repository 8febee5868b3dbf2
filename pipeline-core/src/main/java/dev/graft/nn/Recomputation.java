// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.graft.nn.KeyValueCache.KeyValues;
import dev.graft.nn.engine.GradMode;
import dev.graft.nn.engine.Gradients;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Activation checkpointing (Chen et al. 2016, section 4): of each layer its input alone is kept, and the way back computes the
 * layer again, with the same dropout masks, to go through it. It costs a second forward pass, and what lives at a time is the
 * activations of one layer. What comes out of the layers is a leaf, so a loss goes back no further by itself: {@link #backward} does.
 * Not for several threads.
 */
public final class Recomputation {
    private final Deque<Runnable> ways = new ArrayDeque<>();

    /** What each text sees before its own tokens, as leaves: each layer adds to their gradients. */
    List<KeyValues> leaves(List<KeyValues> computed) {
        List<KeyValues> leaves = computed.stream()
                .map(each -> new KeyValues(Gradients.leaf(each.keys()), Gradients.leaf(each.values())))
                .toList();
        ways.push(() -> back(computed, leaves));
        return leaves;
    }

    private static void back(List<KeyValues> computed, List<KeyValues> leaves) {
        NDList arrays = new NDList();
        NDList gradients = new NDList();
        for (int layer = 0; layer < leaves.size(); layer++) {
            arrays.add(computed.get(layer).keys());
            arrays.add(computed.get(layer).values());
            gradients.add(leaves.get(layer).keys().getGradient());
            gradients.add(leaves.get(layer).values().getGradient());
        }
        Gradients.backward(arrays, gradients);
    }

    /**
     * What the last of the layers gives, as a leaf.
     *
     * @param x (B, T, H), with or without a way back of its own
     */
    NDArray through(NDArray x, List<UnaryOperator<NDArray>> layers, @Nullable Masks masks) {
        List<NDArray> inputs = new ArrayList<>();
        long[] drawn = new long[layers.size()];
        NDArray out = x;
        try (GradMode off = GradMode.off()) {
            for (int layer = 0; layer < drawn.length; layer++) {
                drawn[layer] = masks == null ? 0 : masks.position();
                inputs.add(out);
                out = layers.get(layer).apply(out);
            }
        }
        NDArray leaf = Gradients.leaf(out);
        ways.push(() -> {
            long end = masks == null ? 0 : masks.position();
            NDArray gradient = leaf.getGradient();
            for (int layer = drawn.length - 1; layer >= 0; layer--) {
                if (masks != null) {
                    masks.reseed(drawn[layer]);
                }
                gradient = back(layers.get(layer), inputs.get(layer), gradient, layer > 0);
            }
            if (masks != null) {
                masks.reseed(end);
            }
            Gradients.backward(new NDList(x), new NDList(gradient));
        });
        return leaf;
    }

    /** The gradient of a layer's input, which is needed no more if it is the layers' own. */
    private static NDArray back(UnaryOperator<NDArray> layer, NDArray input, NDArray gradient, boolean own) {
        try (NDArray leaf = Gradients.leaf(input);
                NDArray out = layer.apply(leaf)) {
            Gradients.backward(out, gradient);
            gradient.close();
            if (own) {
                input.close();
            }
            return leaf.getGradient();
        }
    }

    /** Whether there are layers that no gradient went back through. */
    boolean isDue() {
        return !ways.isEmpty();
    }

    /** Adds the gradients of all that the layers were computed from, once a loss has gone back to what came out of them. */
    void backward() {
        while (!ways.isEmpty()) {
            ways.pop().run();
        }
    }
}
