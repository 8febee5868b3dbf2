// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

/**
 * A dimension of a model and the key that says it, for errors.
 *
 * @param key such as {@code hidden_size}
 * @param value 1 or more
 */
public record Size(String key, int value) {}
