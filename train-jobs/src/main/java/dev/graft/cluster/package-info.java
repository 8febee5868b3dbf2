// SPDX-License-Identifier: Apache-2.0
/** Training as Spark stages: one task a seed and arm, on the device that the scheduler gave it. */
@NullMarked
package dev.graft.cluster;

import org.jspecify.annotations.NullMarked;
