// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import dev.graft.checkpoint.CheckpointException;

/** An adapter can't be used: which file, what was found, what is allowed. */
public class AdapterException extends CheckpointException {
    private static final long serialVersionUID = 1;

    public AdapterException(String message) {
        super(message);
    }
}
