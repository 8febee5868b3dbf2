// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import java.io.Serializable;

/**
 * A text and its class.
 *
 * @param label index of the class, from 0
 */
public record Example(String text, int label) implements Serializable {
    public Example {
        if (label < 0) {
            throw new IllegalArgumentException("label is " + label + "; allowed is 0 or more");
        }
    }
}
