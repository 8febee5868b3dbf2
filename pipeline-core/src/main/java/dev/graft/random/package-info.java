// SPDX-License-Identifier: Apache-2.0
/** Seeds, and draws from them: randomness is an argument. */
@NullMarked
package dev.graft.random;

import org.jspecify.annotations.NullMarked;
