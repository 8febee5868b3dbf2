// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

/**
 * Linear warm-up, then what the kind says. The peak is reached at the last step of the warm-up; the first step and the last one
 * still move.
 *
 * @param peak highest learning rate
 * @param warmup steps of the warm-up, from 0 to {@code steps}
 * @param steps in all
 */
public record Schedule(Kind kind, double peak, int warmup, int steps) {
    /** Share of the steps in which {@link Kind#WSD} decays (Hu et al. 2024, section 4.3: 10 % are enough). */
    private static final double DECAY = 0.1;

    /** What the learning rate does after the warm-up. */
    public enum Kind {
        /** It stays. */
        CONSTANT,
        /** It falls to nothing. */
        LINEAR,
        /** It falls to nothing along half a cosine (Loshchilov & Hutter 2017, equation 5, without restarts). */
        COSINE,
        /** It stays, and falls linearly in the last tenth of the steps: warm-up, stable, decay (Hu et al. 2024). */
        WSD
    }

    static Schedule of(LoopSettings settings, int steps) {
        return new Schedule(
                settings.schedule(), settings.learningRate(), (int) Math.ceil(settings.warmupRatio() * steps), steps);
    }

    /**
     * @param step from 0
     */
    double at(int step) {
        if (step < warmup) {
            return peak * (step + 1) / warmup;
        }
        double left = (double) (steps - step) / (steps - warmup);
        return switch (kind) {
            case CONSTANT -> peak;
            case LINEAR -> peak * (steps - step) / (steps - warmup);
            case COSINE -> peak * (1 + Math.cos(Math.PI * (1 - left))) / 2;
            case WSD -> peak * Math.min(1, (steps - step) / Math.max(1, Math.ceil(DECAY * steps)));
        };
    }
}
