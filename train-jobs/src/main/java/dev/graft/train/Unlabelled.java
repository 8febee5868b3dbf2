// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import java.io.ByteArrayOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A text that nobody has labelled.
 *
 * @param copies of it, as an augmentation has made them; may be none
 */
public record Unlabelled(String text, List<String> copies) implements Serializable {
    public Unlabelled {
        copies = List.copyOf(copies);
    }

    /** As {@link #of} reads it: each text behind the number of its bytes. */
    public byte[] bytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        put(text, all);
        copies.forEach(copy -> put(copy, all));
        return all.toByteArray();
    }

    private static void put(String text, ByteArrayOutputStream all) {
        byte[] letters = text.getBytes(StandardCharsets.UTF_8);
        all.writeBytes(ByteBuffer.allocate(4).putInt(letters.length).array());
        all.writeBytes(letters);
    }

    public static Unlabelled of(ByteBuffer bytes) {
        List<String> texts = new ArrayList<>();
        while (bytes.hasRemaining()) {
            byte[] letters = new byte[bytes.getInt()];
            bytes.get(letters);
            texts.add(new String(letters, StandardCharsets.UTF_8));
        }
        return new Unlabelled(texts.get(0), texts.subList(1, texts.size()));
    }
}
