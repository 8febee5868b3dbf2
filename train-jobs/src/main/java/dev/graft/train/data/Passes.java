// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A step's rows in as many passes as the memory asks for. */
public final class Passes {
    private Passes() {}

    /**
     * Rows of like length together.
     *
     * @param tokens the most of a pass, padding counted; a longer row has a pass of its own. 0 for one pass
     */
    public static <R extends Row> List<List<R>> of(List<R> rows, int tokens) {
        if (tokens == 0) {
            return List.of(rows);
        }
        List<R> sorted = new ArrayList<>(rows);
        sorted.sort(Comparator.comparingInt(Row::tokens));
        List<List<R>> passes = new ArrayList<>();
        List<R> pass = new ArrayList<>();
        for (R row : sorted) {
            if (!pass.isEmpty() && (long) row.tokens() * (pass.size() + 1) > tokens) {
                passes.add(pass);
                pass = new ArrayList<>();
            }
            pass.add(row);
        }
        passes.add(pass);
        return passes;
    }
}
