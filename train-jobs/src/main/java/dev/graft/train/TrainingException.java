// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

/** A training can't go on: where it stands, and what may help. */
public class TrainingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public TrainingException(String message) {
        super(message);
    }
}
