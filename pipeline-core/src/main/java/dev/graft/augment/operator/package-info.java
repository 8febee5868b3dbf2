// SPDX-License-Identifier: Apache-2.0
/** The operators, one a file; {@link dev.graft.augment.operator.Operator} is their one list. */
@NullMarked
package dev.graft.augment.operator;

import org.jspecify.annotations.NullMarked;
