// SPDX-License-Identifier: Apache-2.0
package dev.graft.run;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of one operator's copies. Nothing vanishes: the sum is checked.
 *
 * @param inputs documents given to the operator
 * @param copies copies asked for of each
 * @param kept copies that were written
 * @param dropped copies that a filter dropped, by reason
 * @param unchanged copies in which the operator found nothing to change
 * @param failed copies that ended in an error
 */
public record Counts(long inputs, int copies, long kept, Map<String, Long> dropped, long unchanged, long failed) {
    public Counts {
        dropped = Collections.unmodifiableMap(new TreeMap<>(dropped));
        long accounted =
                kept + dropped.values().stream().mapToLong(Long::longValue).sum() + unchanged + failed;
        if (inputs * copies != accounted) {
            throw new IllegalStateException("rows vanished: " + inputs + " inputs x " + copies + " copies = "
                    + inputs * copies + ", but kept " + kept + " + dropped " + dropped + " + unchanged " + unchanged
                    + " + failed " + failed + " = " + accounted);
        }
    }
}
