// SPDX-License-Identifier: Apache-2.0
/** The training and evaluation jobs, each a plain main class. */
@NullMarked
package dev.graft.jobs.train;

import org.jspecify.annotations.NullMarked;
