// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

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

    /** As {@link #of} reads it. */
    public byte[] bytes() {
        byte[] letters = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(4 + letters.length)
                .putInt(label)
                .put(letters)
                .array();
    }

    public static Example of(ByteBuffer bytes) {
        int label = bytes.getInt();
        return new Example(StandardCharsets.UTF_8.decode(bytes).toString(), label);
    }
}
