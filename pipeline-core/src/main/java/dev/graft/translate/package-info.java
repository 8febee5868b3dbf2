// SPDX-License-Identifier: Apache-2.0
/** Translators behind one interface, and the ways to ask them. */
@NullMarked
package dev.graft.translate;

import org.jspecify.annotations.NullMarked;
