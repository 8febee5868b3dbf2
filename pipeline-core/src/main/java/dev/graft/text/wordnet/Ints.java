// SPDX-License-Identifier: Apache-2.0
package dev.graft.text.wordnet;

import java.util.Arrays;

/** A list of ints that grows. */
final class Ints {
    private int[] values = new int[1 << 16];
    private int size;

    void add(int value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    int size() {
        return size;
    }

    int[] toArray() {
        return Arrays.copyOf(values, size);
    }
}
