// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.meta;

import dev.graft.train.data.Row;
import java.util.List;
import java.util.stream.Stream;

/**
 * One of the tasks that are learnt to learn.
 *
 * @param support rows that it is learnt from, one or more
 * @param query other rows, by which it is judged how well it was learnt, one or more
 */
public record Task<R extends Row>(List<R> support, List<R> query) {
    public Task {
        support = List.copyOf(support);
        query = List.copyOf(query);
        if (support.isEmpty() || query.isEmpty()) {
            throw new IllegalArgumentException("a task has " + support.size() + " support and " + query.size()
                    + " query rows; allowed is 1 or more of each");
        }
    }

    /** All of its rows, for what makes no difference between them. */
    List<R> rows() {
        return Stream.concat(support.stream(), query.stream()).toList();
    }
}
