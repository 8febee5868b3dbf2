// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

/** What is compared: the same model, seeds and test part, other training rows or steps. */
enum Arm {
    /** The original rows, for their own number of epochs. */
    ORIGINALS,
    /** The original rows, for as many steps as {@link #AUGMENTED} takes: what more steps alone would bring. */
    ORIGINALS_EQUAL_STEPS,
    /** The original rows and their copies. */
    AUGMENTED
}
