// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

/** The backward pass. Gradients add up at the parameters that require one, until they are cleared. */
public final class Gradients {
    private Gradients() {}

    /**
     * Adds the gradients of a loss.
     *
     * @param loss of one value, computed while {@link GradMode#on()} was open
     */
    public static void backward(NDArray loss) {
        try (NDArray one = loss.onesLike()) {
            JniUtils.backward((PtNDArray) loss, (PtNDArray) one, false, false);
        }
    }

    /**
     * Adds the gradients of what an array was computed from, given its own.
     *
     * @param gradient of the shape of {@code array}
     */
    public static void backward(NDArray array, NDArray gradient) {
        JniUtils.backward((PtNDArray) array, (PtNDArray) gradient, false, false);
    }

    /**
     * Adds the gradients of what arrays were computed from, given their own: of several at once, as what is behind them may be
     * shared, and of some that were computed from no parameter.
     *
     * @param arrays one or more
     * @param gradients as many, each of the shape of its array
     */
    public static void backward(NDList arrays, NDList gradients) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            // The engine does not tell whether an array has anything behind it; this has.
            NDArray sum = leaf(arrays.get(0).getManager().zeros(new Shape()));
            for (int i = 0; i < arrays.size(); i++) {
                sum = sum.add(arrays.get(i).mul(gradients.get(i)).sum());
            }
            backward(sum);
        }
    }

    /** The same values as a leaf that collects its gradient: what is computed from it goes back no further. */
    public static NDArray leaf(NDArray array) {
        NDArray leaf = array.stopGradient();
        leaf.setRequiresGradient(true);
        return leaf;
    }

    /** Sets the gradient of a parameter to zeros; one that has none is left as it is. */
    public static void clear(NDArray parameter) {
        JniUtils.zeroGrad((PtNDArray) parameter);
    }
}
