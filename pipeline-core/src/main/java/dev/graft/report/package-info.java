// SPDX-License-Identifier: Apache-2.0
/** What came of a run, told on one page: counts, diversity, samples as diffs, loss curves, and arms with their intervals. */
@NullMarked
package dev.graft.report;

import org.jspecify.annotations.NullMarked;
