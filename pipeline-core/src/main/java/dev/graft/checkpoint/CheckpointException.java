// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

/** A file of weights is not what it should be: which file, what was found, what is allowed. */
public class CheckpointException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CheckpointException(String message) {
        super(message);
    }

    public CheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
