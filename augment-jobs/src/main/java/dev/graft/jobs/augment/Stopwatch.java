// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import java.util.LinkedHashMap;
import java.util.Map;

/** Seconds of wall clock by phase. */
final class Stopwatch {
    private final Map<String, Double> laps = new LinkedHashMap<>();
    private long start = System.nanoTime();

    void lap(String phase) {
        long now = System.nanoTime();
        laps.put(phase, Math.round((now - start) / 1e6) / 1e3);
        start = now;
    }

    Map<String, Double> laps() {
        return laps;
    }
}
