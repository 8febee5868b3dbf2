// SPDX-License-Identifier: Apache-2.0
/** A head and its inference on a backbone, whichever family that is. */
@NullMarked
package dev.graft.task;

import org.jspecify.annotations.NullMarked;
