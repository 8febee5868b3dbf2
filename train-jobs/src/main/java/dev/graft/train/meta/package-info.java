// SPDX-License-Identifier: Apache-2.0
/** Starts that learn new tasks fast, found by learning many tasks. */
@NullMarked
package dev.graft.train.meta;

import org.jspecify.annotations.NullMarked;
