// SPDX-License-Identifier: Apache-2.0
/** Model families, one a file, behind the interfaces that decoding asks. */
@NullMarked
package dev.graft.model;

import org.jspecify.annotations.NullMarked;
