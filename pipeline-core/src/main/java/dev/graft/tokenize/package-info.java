// SPDX-License-Identifier: Apache-2.0
/** Text to pieces and their ids, and back. */
@NullMarked
package dev.graft.tokenize;

import org.jspecify.annotations.NullMarked;
