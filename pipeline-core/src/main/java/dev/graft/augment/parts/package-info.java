// SPDX-License-Identifier: Apache-2.0
/** What operators are made of: places in a text, letters, case, draws among words. */
@NullMarked
package dev.graft.augment.parts;

import org.jspecify.annotations.NullMarked;
