// SPDX-License-Identifier: Apache-2.0
package dev.graft.report;

import dev.graft.run.Counts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the copies asked for became the copies kept.
 *
 * @param steps what is asked for, each loss, what is kept; the losses take the first to the last
 */
record Waterfall(List<Step> steps) {
    /**
     * @param name of what happened
     * @param loss whether the copies are taken off
     * @param copies how many
     */
    record Step(String name, boolean loss, long copies) {}

    Waterfall {
        steps = List.copyOf(steps);
    }

    static Waterfall of(Collection<Counts> operators) {
        long asked = 0;
        long unchanged = 0;
        long failed = 0;
        long kept = 0;
        Map<String, Long> dropped = new TreeMap<>();
        for (Counts counts : operators) {
            asked += counts.asked();
            unchanged += counts.unchanged();
            failed += counts.failed();
            kept += counts.kept();
            counts.dropped().forEach((reason, copies) -> dropped.merge(reason, copies, Long::sum));
        }
        List<Step> steps = new ArrayList<>();
        steps.add(new Step("asked for", false, asked));
        steps.add(new Step("unchanged", true, unchanged));
        steps.add(new Step("failed", true, failed));
        dropped.forEach((reason, copies) -> steps.add(new Step("dropped: " + reason, true, copies)));
        steps.add(new Step("kept", false, kept));
        return new Waterfall(steps);
    }
}
