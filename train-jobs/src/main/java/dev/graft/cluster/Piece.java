// SPDX-License-Identifier: Apache-2.0
package dev.graft.cluster;

import java.io.Serializable;
import java.util.Objects;

/**
 * One item of work, under the name that the log and errors call it by.
 *
 * @param name such as {@code augmented, seed 3}
 * @param item serialisable
 */
public record Piece<T>(String name, T item) implements Serializable {
    public Piece {
        Objects.requireNonNull(name);
        Objects.requireNonNull(item);
    }
}
