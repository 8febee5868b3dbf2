// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.meta;

import dev.graft.config.Settings;
import dev.graft.train.LoopSettings;
import dev.graft.train.Schedule;
import java.io.Serializable;

/**
 * How tasks are learnt to learn.
 *
 * @param algorithm default Reptile
 * @param steps of the outer loop, 1 or more; default 100
 * @param tasks of each step, 1 or more; default 4
 * @param rate of the outer loop at its first step, from which it falls linearly to nothing: of Reptile the share of the way to what
 *     the tasks learnt, default 0.5; of MAML Adam's learning rate, default 1e-3
 * @param innerSteps in which a task is learnt, 1 or more; default 8
 * @param inner how it is learnt; default at a constant rate of 1e-3, all rows a step, no decay
 */
public record MetaSettings(Algorithm algorithm, int steps, int tasks, double rate, int innerSteps, LoopSettings inner)
        implements Serializable {
    private static final int MOST = 1_000_000;
    private static final LoopSettings INNER =
            new LoopSettings(1e-3, Schedule.Kind.CONSTANT, 0, 0, 1, 64, 0, 0, 0, 0, 0);

    /** How the start moves by what the tasks learnt. */
    public enum Algorithm {
        /** Towards what they learnt (Nichol et al. 2018, algorithm 2, in batches). */
        REPTILE,
        /** Against the gradients of their query rows where they ended (Finn et al. 2017, section 5.2; Nichol et al. 2018, section 2). */
        FIRST_ORDER_MAML
    }

    public MetaSettings {
        if (steps < 1 || tasks < 1 || innerSteps < 1 || !(rate > 0 && rate <= 1)) {
            throw new IllegalArgumentException(
                    "steps is " + steps + ", tasks is " + tasks + ", inner-steps is " + innerSteps + ", rate is " + rate
                            + "; allowed are 1 or more, and a rate of more than 0 and up to 1");
        }
    }

    /** Of the section {@code algorithm}. */
    public static MetaSettings read(Settings section) {
        Algorithm algorithm = section.choice("kind", Algorithm.class, Algorithm.REPTILE);
        return new MetaSettings(
                algorithm,
                section.integer("steps", 100, 1, MOST),
                section.integer("tasks", 4, 1, MOST),
                section.number("rate", algorithm == Algorithm.REPTILE ? 0.5 : 1e-3, 1e-9, 1),
                section.integer("inner-steps", 8, 1, MOST),
                LoopSettings.read(section.section("inner"), INNER));
    }

    /** As {@link #read}, where nothing is said. */
    public static MetaSettings of(Algorithm algorithm) {
        return new MetaSettings(algorithm, 100, 4, algorithm == Algorithm.REPTILE ? 0.5 : 1e-3, 8, INNER);
    }

    /**
     * @param step from 0
     */
    double rate(int step) {
        return rate * (steps - step) / steps;
    }
}
