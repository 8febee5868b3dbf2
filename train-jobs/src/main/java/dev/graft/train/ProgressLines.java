// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import java.util.Locale;
import java.util.function.Consumer;

/** How far a training is: step, loss, tokens a second, time left. */
public final class ProgressLines implements Progress {
    private final String name;
    private final long every;
    private final Consumer<String> told;
    private long last = System.nanoTime();
    private long tokens;
    private int steps;

    /**
     * @param seconds between two lines; the last step is told in any case
     * @param told gets a line
     */
    public ProgressLines(String name, double seconds, Consumer<String> told) {
        this.name = name;
        this.told = told;
        every = (long) (seconds * 1e9);
    }

    @Override
    public void after(Step step) {
        tokens += step.tokens();
        steps++;
        long now = System.nanoTime();
        if (now - last >= every || step.number() == step.steps()) {
            double seconds = Math.max(1e-9, (now - last) / 1e9);
            told.accept(String.format(
                    Locale.ROOT,
                    "%s: step %d of %d, loss %.3f, %d tokens/s, %d s left",
                    name,
                    step.number(),
                    step.steps(),
                    step.loss(),
                    Math.round(tokens / seconds),
                    Math.round((step.steps() - step.number()) * seconds / steps)));
            last = now;
            tokens = 0;
            steps = 0;
        }
    }

    @Override
    public void evaluated(int step, Figures figures) {
        told.accept(String.format(Locale.ROOT, "%s: step %d, on the validation part: %s", name, step, figures));
    }
}
