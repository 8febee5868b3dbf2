// SPDX-License-Identifier: Apache-2.0
/** What stands beside tuned models and tunes nothing: features of texts that stand still, and linear models on them by MLlib. */
@NullMarked
package dev.graft.jobs.baseline;

import org.jspecify.annotations.NullMarked;
