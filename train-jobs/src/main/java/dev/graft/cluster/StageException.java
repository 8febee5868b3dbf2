// SPDX-License-Identifier: Apache-2.0
package dev.graft.cluster;

import org.jspecify.annotations.Nullable;

/** A stage did not start, or a piece of its work failed: which, on what device, and why. */
public final class StageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    StageException(String message) {
        super(message);
    }

    StageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
