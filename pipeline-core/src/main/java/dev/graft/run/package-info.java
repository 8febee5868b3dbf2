// SPDX-License-Identifier: Apache-2.0
/** A run on disk: its directory, manifest, progress and report. */
@NullMarked
package dev.graft.run;

import org.jspecify.annotations.NullMarked;
