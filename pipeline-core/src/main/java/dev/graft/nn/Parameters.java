// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.BiFunction;

/**
 * Parameters by the names that Hugging Face gives them.
 *
 * @param place where the weights are from, for errors
 * @param manager owns them
 * @param swap what is put in a linear map's place, given its name
 */
record Parameters(String place, Weights weights, NDManager manager, BiFunction<String, Dense, Linear> swap) {
    NDArray array(String name) {
        return array(weights.tensor(name));
    }

    NDArray array(Tensor tensor) {
        // Straight into the engine's memory: Java's is given back late, and is not aligned, by which sums round.
        try (NDManager host = manager.newSubManager(Device.cpu())) {
            NDArray array = host.create(new Shape(tensor.shape()));
            ByteBuffer bytes = array.toByteBuffer(true).order(ByteOrder.LITTLE_ENDIAN);
            tensor.read(bytes);
            tensor.requireFinite(bytes.asFloatBuffer(), place);
            NDArray own = array.toDevice(manager.getDevice(), false);
            own.attach(manager);
            return own;
        }
    }

    Linear linear(String name) {
        return swap.apply(name, new Dense(array(name + ".weight"), array(name + ".bias")));
    }

    Norm norm(String name, float eps) {
        return new LayerNorm(array(name + ".weight"), array(name + ".bias"), eps);
    }
}
