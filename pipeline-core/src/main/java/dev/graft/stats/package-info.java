// SPDX-License-Identifier: Apache-2.0
/** Intervals, and how well classes are told apart. */
@NullMarked
package dev.graft.stats;

import org.jspecify.annotations.NullMarked;
