// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import java.time.Duration;

/** Time since it was made, of the wall clock and of this process on all cores. */
final class TimeSpent {
    private final long start = System.nanoTime();
    private final long cpuStart = cpu();

    double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    double cpuSeconds() {
        return (cpu() - cpuStart) / 1e9;
    }

    private static long cpu() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(Duration::toNanos)
                .orElse(0L);
    }
}
