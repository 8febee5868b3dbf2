// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.evidence;

import java.io.IOException;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a trial takes.
 *
 * @param seconds by the clock
 * @param cpuSeconds of its thread, which other programs of a busy machine don't lengthen
 * @param megabytes most that its process had resident meanwhile, the virtual machine and trials beside it included; 0 where the
 *     system does not tell
 */
record Cost(double seconds, double cpuSeconds, double megabytes) implements Serializable {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR = Path.of("/proc/self/clear_refs");
    /** Resets the peak; proc(5). */
    private static final String PEAK = "5";

    /** Started on the thread that works. */
    record Meter(long nanos, long cpuNanos) {
        Cost cost() {
            return new Cost((System.nanoTime() - nanos) / 1e9, (cpu() - cpuNanos) / 1e9, peak());
        }
    }

    static Meter measured() {
        try {
            Files.writeString(CLEAR, PEAK);
        } catch (IOException e) {
            // The peak is then that of the process so far.
        }
        return new Meter(System.nanoTime(), cpu());
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static double peak() {
        try {
            List<String> lines = Files.readAllLines(STATUS);
            return lines.stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
