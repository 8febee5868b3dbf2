// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;

/** A linear map. What stands behind it, a plain matrix or one with an adapter, is not the model's business. */
public interface Linear {
    /** (..., in) to (..., out). */
    NDArray forward(NDArray x, Pass pass);

    /**
     * This map's (..., out) and those of others of the same input, which may have work in common.
     *
     * @param x (..., in)
     */
    default NDList forward(NDArray x, List<Linear> others, Pass pass) {
        NDList all = new NDList(forward(x, pass));
        others.forEach(each -> all.add(each.forward(x, pass)));
        return all;
    }
}
