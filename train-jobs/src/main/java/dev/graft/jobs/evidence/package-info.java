// SPDX-License-Identifier: Apache-2.0
/** Claims of the field, measured: each arm with each seed, and a table with intervals. */
@NullMarked
package dev.graft.jobs.evidence;

import org.jspecify.annotations.NullMarked;
