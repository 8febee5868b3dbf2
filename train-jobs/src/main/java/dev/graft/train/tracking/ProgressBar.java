// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.tracking;

import dev.graft.train.Figures;
import dev.graft.train.Progress;
import java.io.PrintStream;
import java.util.Locale;

/** How far a training is, on one line of a terminal that is written over again and again. */
public final class ProgressBar implements Progress {
    private static final int CELLS = 24;
    private static final long REFRESHED_NANOS = 100_000_000;
    private static final String ERASED = "\r\u001b[K";

    private final String name;
    private final PrintStream terminal;
    private final long start = System.nanoTime();
    private long last;
    private long tokens;
    private int first = -1;

    public ProgressBar(String name, PrintStream terminal) {
        this.name = name;
        this.terminal = terminal;
    }

    @Override
    public void after(Step step) {
        long now = System.nanoTime();
        tokens += step.tokens();
        first = first < 0 ? step.number() - 1 : first;
        boolean end = step.number() == step.steps();
        if (end || now - last >= REFRESHED_NANOS) {
            last = now;
            double seconds = Math.max(1e-9, (now - start) / 1e9);
            terminal.print(ERASED + line(step, seconds) + (end ? System.lineSeparator() : ""));
            terminal.flush();
        }
    }

    private String line(Step step, double seconds) {
        int full = (int) ((long) CELLS * step.number() / step.steps());
        long left = Math.round((step.steps() - step.number()) * seconds / (step.number() - first));
        return String.format(
                Locale.ROOT,
                "%s %s%s %d/%d  loss %.3f  %d tokens/s  %d:%02d left",
                name,
                "█".repeat(full),
                "░".repeat(CELLS - full),
                step.number(),
                step.steps(),
                step.loss(),
                Math.round(tokens / seconds),
                left / 60,
                left % 60);
    }

    @Override
    public void evaluated(int step, Figures figures) {
        terminal.println(
                String.format(Locale.ROOT, "%s%s: step %d, on the validation part: %s", ERASED, name, step, figures));
    }
}
