// SPDX-License-Identifier: Apache-2.0
package dev.graft.translate;

/** A translator could not be started, died, or answered what it was not asked. */
public class TranslationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public TranslationException(String message, Throwable cause) {
        super(message, cause);
    }

    public TranslationException(String message) {
        super(message);
    }
}
