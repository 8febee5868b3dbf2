// SPDX-License-Identifier: Apache-2.0
/** Tokens out of a decoder. */
@NullMarked
package dev.graft.generate;

import org.jspecify.annotations.NullMarked;
