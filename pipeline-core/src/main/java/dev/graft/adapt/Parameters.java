// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.random.Seeds;
import java.util.Arrays;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** The trained parameters by the names that Hugging Face gives them. Each is drawn from (seed, its name) alone. */
final class Parameters {
    private final NDManager manager;
    private final long seed;
    private final SortedMap<String, NDArray> arrays = new TreeMap<>();

    Parameters(NDManager manager, long seed) {
        this.manager = manager;
        this.seed = seed;
    }

    /** In alphabetical order. */
    SortedMap<String, NDArray> arrays() {
        return Collections.unmodifiableSortedMap(arrays);
    }

    NDArray zeros(String name, long... shape) {
        return add(name, new float[size(shape)], shape);
    }

    /** A normal distribution around 0. */
    NDArray normal(String name, double deviation, long... shape) {
        RandomGenerator random = Seeds.random(Seeds.ofPurpose(seed, name, 0));
        float[] values = new float[size(shape)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return add(name, values, shape);
    }

    /** He et al. 2015 with a = sqrt(5), as torch draws a linear map: uniform from -1 / sqrt(in) to 1 / sqrt(in). */
    NDArray kaimingUniform(String name, long out, long in) {
        RandomGenerator random = Seeds.random(Seeds.ofPurpose(seed, name, 0));
        double bound = 1 / Math.sqrt(in);
        float[] values = new float[size(out, in)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-bound, bound);
        }
        return add(name, values, out, in);
    }

    NDArray copy(String name, Tensor tensor) {
        return add(name, tensor.values(), tensor.shape());
    }

    /** What the parameters hold now, copied. */
    Weights weights() {
        return new Weights(arrays.entrySet().stream()
                .map(entry -> Tensor.of(
                        entry.getKey(),
                        entry.getValue().getShape().getShape(),
                        entry.getValue().toFloatArray()))
                .toList());
    }

    /**
     * Puts values in the place of all parameters.
     *
     * @param place where the values are from, for the error
     * @throws AdapterException if a name is missing or unexpected, or a shape differs
     */
    void restore(Weights weights, String place) {
        TreeSet<String> missing = new TreeSet<>(arrays.keySet());
        missing.removeAll(weights.names());
        TreeSet<String> unexpected = new TreeSet<>(weights.names());
        unexpected.removeAll(arrays.keySet());
        if (!missing.isEmpty() || !unexpected.isEmpty()) {
            throw new AdapterException(
                    place + " does not fit the model: missing keys " + missing + ", unexpected keys " + unexpected);
        }
        arrays.forEach((name, array) -> {
            Tensor tensor = weights.tensor(name);
            if (!Arrays.equals(tensor.shape(), array.getShape().getShape())) {
                throw new AdapterException(place + ": " + name + " is " + Arrays.toString(tensor.shape())
                        + ", but the model has " + array.getShape());
            }
        });
        arrays.forEach((name, array) -> {
            try (NDArray given = manager.create(weights.tensor(name).values(), array.getShape())) {
                given.copyTo(array);
            }
        });
    }

    private NDArray add(String name, float[] values, long... shape) {
        // A copy, so that the engine owns the memory: a created array only borrows the buffer that it was created from.
        try (NDArray given = manager.create(values, new Shape(shape))) {
            NDArray array = given.duplicate();
            arrays.put(name, array);
            return array;
        }
    }

    private static int size(long... shape) {
        return Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    }
}
