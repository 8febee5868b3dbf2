// SPDX-License-Identifier: Apache-2.0
/** What a model is taught: one loss a file. */
@NullMarked
package dev.graft.train.objective;

import org.jspecify.annotations.NullMarked;
