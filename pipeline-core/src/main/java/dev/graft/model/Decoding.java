// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import ai.djl.ndarray.NDArray;
import java.util.function.Function;

/** Target sequences that are being written, one a row. For one thread; closing it frees what the rows hold. */
public interface Decoding extends AutoCloseable {
    /**
     * One step: what {@code read} makes of the logits (B, C) of the candidates after each row's last token.
     *
     * @param last token of each row; ignored in the first step, which starts a sequence
     * @param read may keep nothing of the array, which ends with the call
     */
    <T> T step(int[] last, Function<NDArray, T> read);

    /** Goes on with these rows alone, in this order; one that is named several times goes on in several ways. */
    void keep(int[] rows);

    @Override
    void close();
}
