// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Tensors by the name that Hugging Face gives the parameter. */
public final class Weights {
    private final Map<String, Tensor> tensors = new TreeMap<>();

    public Weights(Collection<Tensor> tensors) {
        for (Tensor tensor : tensors) {
            if (this.tensors.put(tensor.name(), tensor) != null) {
                throw new IllegalArgumentException("two tensors are named " + tensor.name());
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
