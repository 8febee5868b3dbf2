// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import dev.graft.run.Counts;
import dev.graft.run.Manifest;
import dev.graft.run.RunDirectory;
import java.io.PrintStream;
import java.util.Map;

/** The end of the job in words: what went in, what became of it, where it lies. */
final class RunSummary {
    private RunSummary() {}

    static void print(Manifest manifest, RunDirectory directory, PrintStream out) {
        out.printf(
                "%n%-22s %8s %8s %8s %8s %9s %7s%n",
                "operator", "inputs", "asked", "kept", "dropped", "unchanged", "failed");
        for (Map.Entry<String, Counts> each : manifest.operators().entrySet()) {
            Counts counts = each.getValue();
            out.printf(
                    "%-22s %8d %8d %8d %8d %9d %7d  %s%n",
                    each.getKey(),
                    counts.inputs(),
                    counts.asked(),
                    counts.kept(),
                    counts.dropped().values().stream()
                            .mapToLong(Long::longValue)
                            .sum(),
                    counts.unchanged(),
                    counts.failed(),
                    counts.dropped().isEmpty() ? "" : counts.dropped());
        }
        manifest.notes().forEach(out::println);
        out.printf("%nrows %s%nseconds %s%nresults: %s%n", manifest.rows(), manifest.seconds(), directory.root());
        for (String part : AugmentJob.PARTS) {
            if (directory.has(part)) {
                out.println("  " + directory.at(part));
            }
        }
    }
}
