// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import dev.graft.config.Settings;
import java.io.Serializable;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * One side of a comparison on the same test parts.
 *
 * @param name by which tables and folders call it
 * @param kind what it learns of, and how
 * @param start the weights that it begins with in the place of the stage's; null for the stage's
 */
public record Arm(String name, Kind kind, @Nullable StartingWeights start) implements Comparable<Arm>, Serializable {
    /** The cheapest first; the last one is judged against those before it. */
    public enum Kind {
        /** Words and pairs of words by TF-IDF, and a logistic or a linear regression: some seconds of CPU. */
        TF_IDF,
        /** The base model's embeddings as they are, and such a regression: what tuning has to beat. */
        FROZEN_PROBE,
        /** The model, tuned on the original rows for their own number of epochs. */
        ORIGINALS,
        /** The same for as many steps as {@link #AUGMENTED} takes: what more steps alone would bring. */
        ORIGINALS_EQUAL_STEPS,
        /** As {@link #AUGMENTED}, from other weights: what those of the stage bring. */
        OTHER_START,
        /** The model, tuned on the original rows and their copies. */
        AUGMENTED,
        /** As {@link #ORIGINALS_EQUAL_STEPS}, with consistency training on the unlabelled rows and their copies. */
        CONSISTENT,
        /** As {@link #ORIGINALS_EQUAL_STEPS}, and again with the unlabelled rows that the model labels with confidence. */
        SELF_TRAINED;

        /** Whether it learns of rows without a label. */
        public boolean usesUnlabelled() {
            return this == CONSISTENT || this == SELF_TRAINED;
        }

        /** Whether the model is tuned, with each seed anew; what is not tuned knows no chance. */
        public boolean tuned() {
            return switch (this) {
                case TF_IDF, FROZEN_PROBE -> false;
                case ORIGINALS, ORIGINALS_EQUAL_STEPS, OTHER_START, AUGMENTED, CONSISTENT, SELF_TRAINED -> true;
            };
        }

        /** Whether the copies of the training rows are among its rows. */
        public boolean takesCopies() {
            return this == OTHER_START || this == AUGMENTED;
        }
    }

    /** Of a kind that has one name. */
    public static Arm of(Kind kind) {
        return new Arm(Settings.name(kind), kind, null);
    }

    /** How a report calls it. */
    public String title() {
        return switch (kind) {
            case TF_IDF -> "TF-IDF";
            case FROZEN_PROBE -> "frozen probe";
            case ORIGINALS -> "originals";
            case ORIGINALS_EQUAL_STEPS -> "originals, equal steps";
            case OTHER_START, AUGMENTED -> name;
            case CONSISTENT -> "consistency training";
            case SELF_TRAINED -> "self-training";
        };
    }

    public boolean is(Kind other) {
        return kind == other;
    }

    @Override
    public int compareTo(Arm other) {
        return Comparator.comparing(Arm::kind).thenComparing(Arm::name).compare(this, other);
    }
}
