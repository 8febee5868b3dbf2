// SPDX-License-Identifier: Apache-2.0
/** A strict reader of HOCON: every key is consumed or reported, every problem at once, each with its place. */
@NullMarked
package dev.graft.config;

import org.jspecify.annotations.NullMarked;
