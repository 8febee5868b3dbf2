// SPDX-License-Identifier: Apache-2.0
package dev.graft.cluster;

import java.io.Serializable;

/**
 * What is done to each item. A pure function of the item: Spark may run it again after a failure, or on another
 * machine, and expects the same answer.
 *
 * @param <T> an item, serialisable
 * @param <R> a result, serialisable
 */
@FunctionalInterface
public interface Work<T, R> extends Serializable {
    R run(T item, TaskDevice device) throws Exception;
}
