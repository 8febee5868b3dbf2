// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.search;

import dev.graft.jobs.search.Space.Composition;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A point of a {@link Space}: what makes a policy.
 *
 * @param strengths of its operators, by their names
 * @param copies of each row
 * @param composition how the operators go together; one operator stands {@link Composition#BESIDE} nothing
 * @param similarity bound of the cosine of copy and source, -1 for none
 */
record Point(SortedMap<String, Double> strengths, int copies, Composition composition, double similarity) {
    Point {
        strengths = new TreeMap<>(strengths);
        composition = strengths.size() == 1 ? Composition.BESIDE : composition;
    }
}
