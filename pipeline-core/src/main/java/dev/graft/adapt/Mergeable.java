// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.graft.nn.Dense;
import dev.graft.nn.Linear;

/** A linear map with an adapter that is itself linear, so that one matrix gives the same. */
sealed interface Mergeable extends Linear permits DoraLinear, LoraLinear, ScaledLinear, StartedLinear {
    /** The map without its adapter. */
    Dense base();

    /** The one matrix and bias, which are new arrays of the scope. */
    Dense merged(NDManager scope);

    /** Makes an array one of the scope. */
    static NDArray within(NDManager scope, NDArray array) {
        array.attach(scope);
        return array;
    }
}
