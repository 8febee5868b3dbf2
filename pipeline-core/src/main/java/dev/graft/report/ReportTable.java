// SPDX-License-Identifier: Apache-2.0
package dev.graft.report;

import java.util.List;

/**
 * A table that a step gives the page as it is to be read.
 *
 * @param title of its section
 * @param caption what is in it
 * @param head of the columns; of all but the first, numbers
 * @param rows as many cells as the head has
 */
public record ReportTable(String title, String caption, List<String> head, List<List<String>> rows) {
    public ReportTable {
        head = List.copyOf(head);
        rows = rows.stream().map(List::copyOf).toList();
        for (List<String> row : rows) {
            if (row.size() != head.size()) {
                throw new IllegalArgumentException(
                        "a row of " + title + " has " + row.size() + " cells; allowed are " + head.size());
            }
        }
    }
}
