// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

/** The user's input can't be used: which, and what would be. */
class InputException extends RuntimeException {
    private static final long serialVersionUID = 1;

    InputException(String message) {
        super(message);
    }
}
