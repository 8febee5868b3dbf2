// SPDX-License-Identifier: Apache-2.0
package dev.graft.hub;

/** A named model can't be had: what is missing, and what would help. */
public class HubException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public HubException(String message) {
        super(message);
    }

    public HubException(String message, Throwable cause) {
        super(message, cause);
    }
}
