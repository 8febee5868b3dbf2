// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.setup;

import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Seconds of wall clock by phase. */
public final class Stopwatch {
    private static final Logger LOG = LoggerFactory.getLogger(Stopwatch.class);
    private final Map<String, Double> laps = new LinkedHashMap<>();
    private long start = System.nanoTime();

    public void lap(String phase) {
        long now = System.nanoTime();
        laps.put(phase, Math.round((now - start) / 1e6) / 1e3);
        start = now;
        LOG.info("{} took {} s", phase, laps.get(phase));
    }

    public Map<String, Double> laps() {
        return laps;
    }
}
