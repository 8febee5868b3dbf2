// SPDX-License-Identifier: Apache-2.0
/** Training inside one task: batches, objective, optimiser, schedule, checkpoints, metrics. */
@NullMarked
package dev.graft.train;

import org.jspecify.annotations.NullMarked;
