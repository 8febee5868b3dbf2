// SPDX-License-Identifier: Apache-2.0
package dev.graft.corpus;

/** The user's input can't be used: which, and what would be. */
public class InputException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public InputException(String message) {
        super(message);
    }
}
