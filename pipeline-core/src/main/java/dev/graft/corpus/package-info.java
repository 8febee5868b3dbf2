// SPDX-License-Identifier: Apache-2.0
/** What goes through everything: a document, and the split that it belongs to. */
@NullMarked
package dev.graft.corpus;

import org.jspecify.annotations.NullMarked;
