// SPDX-License-Identifier: Apache-2.0
/** Augmentation as a list of edits: one operator a file, and the one hand-written list of them. */
@NullMarked
package dev.graft.augment;

import org.jspecify.annotations.NullMarked;
