// SPDX-License-Identifier: Apache-2.0
/** Filters score a candidate once; thresholds are applied to the stored score. */
@NullMarked
package dev.graft.filter;

import org.jspecify.annotations.NullMarked;
