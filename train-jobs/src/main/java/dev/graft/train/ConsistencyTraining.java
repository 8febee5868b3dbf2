// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import dev.graft.config.Settings;
import java.io.Serializable;
import java.util.Optional;

/**
 * Consistency training (UDA, Xie et al. 2020): besides the labelled rows a step learns that a copy of an unlabelled row is of the
 * class that the row itself seems to be of.
 *
 * @param weight of the divergence beside the cross entropy (lambda of the paper's equation 1), 0 or more; default 1
 * @param temperature by which the prediction on the row is sharpened (section 3.3), more than 0 and up to 1; default 0.4
 * @param confidence of the row's likeliest class below which it is masked, from 0 to under 1; default 0.8
 * @param ratio unlabelled rows that a step draws for each labelled one, 1 or more; default 4
 * @param annealing of the training signal; default none
 */
public record ConsistencyTraining(double weight, double temperature, double confidence, int ratio, Annealing annealing)
        implements Serializable {
    /**
     * How fast labelled rows are released (section 3.2): one whose class the model gives more than a threshold that rises from
     * 1 / C to 1 is left out of the step, so that few labels are not learnt by heart.
     */
    public enum Annealing {
        /** All rows are learnt from the start. */
        NONE,
        /** Slowly at the end: for a model that soon knows its rows by heart. */
        EXP,
        /** In step with the training. */
        LINEAR,
        /** Fast at the beginning. */
        LOG;

        /** The paper's exponent, by which the exponential and the logarithmic schedule end near 1. */
        private static final double SCALE = 5;

        /**
         * @param progress share of the steps that were taken, from 0 to 1
         * @param classes C
         */
        public double threshold(double progress, int classes) {
            double released = switch (this) {
                case NONE -> 1;
                case EXP -> Math.exp((progress - 1) * SCALE);
                case LINEAR -> progress;
                case LOG -> 1 - Math.exp(-progress * SCALE);
            };
            return released * (1 - 1.0 / classes) + 1.0 / classes;
        }
    }

    public ConsistencyTraining {
        LoopSettings.check(weight >= 0, "weight", weight, "0 or more");
        LoopSettings.check(temperature > 0 && temperature <= 1, "temperature", temperature, "more than 0 and up to 1");
        LoopSettings.check(confidence >= 0 && confidence < 1, "confidence", confidence, "from 0 to under 1");
        LoopSettings.check(ratio >= 1, "ratio", ratio, "1 or more");
    }

    /** Of a section. */
    public static ConsistencyTraining read(Settings section) {
        return new ConsistencyTraining(
                section.number("weight", 1, 0, 1000),
                section.number("temperature", 0.4, 1e-3, 1),
                section.number("confidence", 0.8, 0, 0.9999),
                section.integer("ratio", 4, 1, 1000),
                section.choice("annealing", Annealing.class, Annealing.NONE));
    }

    /** Of the section {@code consistency}, if there is one. */
    public static Optional<ConsistencyTraining> in(Settings classify) {
        return classify.has("consistency") ? Optional.of(read(classify.section("consistency"))) : Optional.empty();
    }
}
