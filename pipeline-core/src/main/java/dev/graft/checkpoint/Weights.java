// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import dev.graft.storage.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Tensors by the name that Hugging Face gives the parameter. */
public final class Weights {
    private final Map<String, Tensor> tensors = new TreeMap<>();

    /**
     * @throws CheckpointException if a name stands twice
     */
    public Weights(Collection<Tensor> tensors) {
        for (Tensor tensor : tensors) {
            if (this.tensors.put(tensor.name(), tensor) != null) {
                throw new CheckpointException("two tensors are named " + tensor.name());
            }
        }
    }

    /** In alphabetical order. */
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    public Collection<Tensor> tensors() {
        return Collections.unmodifiableCollection(tensors.values());
    }

    /** SHA-256 of names, shapes and values, as hex; the same however the tensors are stored, if that loses nothing. */
    public String sha256() {
        MessageDigest digest = Sha256.digest();
        for (Tensor tensor : tensors.values()) {
            digest.update((tensor.name() + Arrays.toString(tensor.shape())).getBytes(StandardCharsets.UTF_8));
            ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(4, tensor.size()));
            tensor.read(bytes);
            digest.update(bytes.array());
        }
        return Sha256.hex(digest.digest());
    }

    /**
     * Requires a tensor of a name and a shape.
     *
     * @param sizes what each size is, for the error, such as {@code hidden_size}
     * @throws CheckpointException if there is none of that name, or it has another shape
     */
    public void require(String name, String place, List<String> sizes, long... shape) {
        if (!tensors.containsKey(name)) {
            throw new CheckpointException(place + ": the model has no tensor " + name + "; needed is one of " + sizes
                    + " = " + Arrays.toString(shape));
        }
        long[] given = tensor(name).shape();
        for (int i = 0; i < shape.length; i++) {
            if (given.length != shape.length || given[i] != shape[i]) {
                throw new CheckpointException(place + ": " + sizes.get(i) + " is " + shape[i] + ", but " + name + " is "
                        + Arrays.toString(given) + "; allowed is " + sizes + " = " + Arrays.toString(shape));
            }
        }
    }

    /**
     * @throws CheckpointException if there is none of that name
     */
    public Tensor tensor(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new CheckpointException("no tensor is named " + name + "; there are " + tensors.size() + ", such as "
                    + tensors.keySet().stream().limit(5).toList());
        }
        return tensor;
    }
}
