// SPDX-License-Identifier: Apache-2.0
/** What a configuration would make, shown and counted on some rows; nothing is written. */
@NullMarked
package dev.graft.jobs.augment.preview;

import org.jspecify.annotations.NullMarked;
