// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

/** A copy can't be made, for a reason that is counted with others of its kind. */
public final class CopyException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String reason;

    /** @param reason in kebab-case, one of few */
    public CopyException(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }
}
