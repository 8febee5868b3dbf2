// SPDX-License-Identifier: Apache-2.0
/** Named models, and where each comes from. */
@NullMarked
package dev.graft.hub;

import org.jspecify.annotations.NullMarked;
