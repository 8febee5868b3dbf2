// SPDX-License-Identifier: Apache-2.0
/** From a user's rows to token ids with labels, and into batches. */
@NullMarked
package dev.graft.train.data;

import org.jspecify.annotations.NullMarked;
