// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import ai.djl.ndarray.NDManager;

/** In what a model that answers multiplies; a key of a configuration has these in lower case. */
public enum ComputeType {
    /** Floats of 32 bits. */
    FLOAT32,
    /** Large matrices and their inputs as integers of 8 bits, on the CPU. */
    INT8;

    /**
     * @param manager of the device; lives as long as the model
     */
    public Adaptation adaptation(NDManager manager) {
        return switch (this) {
            case FLOAT32 -> Adaptation.NONE;
            case INT8 -> {
                if (manager.getDevice().isGpu()) {
                    throw new IllegalArgumentException(
                            "compute-type = int8 is for tasks without a GPU; allowed on one is float32");
                }
                yield new IntegerMaps(manager);
            }
        };
    }
}
