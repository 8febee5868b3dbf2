// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.nn.engine.GradMode;
import dev.graft.random.Seeds;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The trained parameters by the names that Hugging Face gives them. Each is drawn from (seed, its name) alone. */
final class Parameters {
    private final NDManager manager;
    private final long seed;
    private final SortedMap<String, NDArray> arrays = new TreeMap<>();
    private final Map<String, Own> owns = new HashMap<>();

    private final Set<String> kept = new HashSet<>();

    /** A parameter of the model itself. */
    private record Own(boolean turned, Supplier<Tensor> start) {}

    Parameters(NDManager manager, long seed) {
        this.manager = manager;
        this.seed = seed;
    }

    /** What is trained, in alphabetical order. */
    SortedMap<String, NDArray> arrays() {
        SortedMap<String, NDArray> trained = new TreeMap<>(arrays);
        trained.keySet().removeAll(kept);
        return Collections.unmodifiableSortedMap(trained);
    }

    NDArray zeros(String name, long... shape) {
        return add(name, new float[size(shape)], shape);
    }

    NDArray ones(String name, long... shape) {
        float[] values = new float[size(shape)];
        Arrays.fill(values, 1);
        return add(name, values, shape);
    }

    /** An array of the caller's, which is one of these from now on. */
    NDArray own(String name, NDArray array) {
        array.attach(manager);
        arrays.put(name, array);
        return array;
    }

    /** As {@link #own}, of what is stored with the others and not trained. */
    NDArray keep(String name, NDArray array) {
        kept.add(name);
        return own(name, array);
    }

    /** A normal distribution around 0. */
    NDArray normal(String name, double deviation, long... shape) {
        return add(name, normalValues(name, deviation, shape), shape);
    }

    /** For what a parameter starts with, once more. */
    RandomGenerator random(String name) {
        return Seeds.random(Seeds.ofPurpose(seed, name, 1));
    }

    /** As {@link #normal}, of what is not a parameter yet. */
    float[] normalValues(String name, double deviation, long... shape) {
        RandomGenerator random = Seeds.random(Seeds.ofPurpose(seed, name, 0));
        float[] values = new float[size(shape)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return values;
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

    /**
     * A parameter of the model itself, which is trained from now on.
     *
     * @param turned whether the checkpoint stores it as [in, out], and the array as [out, in]
     * @param start its value before, as the checkpoint stores it
     */
    void adopt(String name, NDArray array, boolean turned, Supplier<Tensor> start) {
        arrays.put(name, array);
        owns.put(name, new Own(turned, start));
    }

    /** What the parameters hold now, copied; each as the checkpoint stores it. */
    Weights weights() {
        return new Weights(arrays.keySet().stream()
                .map(name -> Tensor.of(name, shape(name), values(name)))
                .toList());
    }

    /** Whether a parameter is the model's own. */
    boolean isOwn(String name) {
        return owns.containsKey(name);
    }

    private boolean isTurned(String name) {
        return owns.containsKey(name) && owned(name).turned();
    }

    private Own owned(String name) {
        return Objects.requireNonNull(owns.get(name), name);
    }

    private NDArray array(String name) {
        return Objects.requireNonNull(arrays.get(name), name);
    }

    private long[] shape(String name) {
        long[] shape = array(name).getShape().getShape();
        return isTurned(name) ? new long[] {shape[1], shape[0]} : shape;
    }

    private float[] values(String name) {
        if (!isTurned(name)) {
            return array(name).toFloatArray();
        }
        // The engine puts a copy in the order of the values beside what it reads.
        try (NDManager scope = manager.newSubManager()) {
            NDArray stored = array(name).transpose();
            stored.attach(scope);
            return stored.toFloatArray();
        }
    }

    private void put(String name, Tensor tensor) {
        Tensor as = isTurned(name) ? tensor.transposed(name) : tensor;
        try (GradMode off = GradMode.off();
                NDArray given = manager.create(as.values(), array(name).getShape())) {
            given.copyTo(array(name));
        }
    }

    /** Puts what they were before training into the parameters of the model itself, until closed. */
    Scope untrained() {
        Map<String, Tensor> now = new HashMap<>();
        owns.forEach((name, own) -> {
            now.put(name, Tensor.of(name, shape(name), values(name)));
            put(name, own.start().get());
        });
        return () -> now.forEach(this::put);
    }

    /** Something that holds until it is closed. */
    interface Scope extends AutoCloseable {
        @Override
        void close();
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
        arrays.keySet().forEach(name -> {
            Tensor tensor = weights.tensor(name);
            if (!Arrays.equals(tensor.shape(), shape(name))) {
                throw new AdapterException(place + ": " + name + " is " + Arrays.toString(tensor.shape())
                        + ", but the model has " + Arrays.toString(shape(name)));
            }
        });
        arrays.keySet().forEach(name -> put(name, weights.tensor(name)));
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
