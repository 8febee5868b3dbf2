// SPDX-License-Identifier: Apache-2.0
package dev.graft.run;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of one operator's copies. Nothing vanishes: the sum is checked.
 *
 * @param inputs documents given to the operator
 * @param asked copies asked for of all
 * @param kept copies that were written
 * @param dropped copies that a filter dropped, by reason
 * @param unchanged copies in which the operator found nothing to change
 * @param failed copies that ended in an error
 */
public record Counts(long inputs, long asked, long kept, Map<String, Long> dropped, long unchanged, long failed) {
    public Counts {
        dropped = Collections.unmodifiableMap(new TreeMap<>(dropped));
        long accounted =
                kept + dropped.values().stream().mapToLong(Long::longValue).sum() + unchanged + failed;
        if (asked != accounted) {
            throw new IllegalStateException("rows vanished: " + asked + " copies were asked for of " + inputs
                    + " inputs, but kept " + kept + " + dropped " + dropped + " + unchanged " + unchanged
                    + " + failed " + failed + " = " + accounted);
        }
    }
}
