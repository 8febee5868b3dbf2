// SPDX-License-Identifier: Apache-2.0
/** WordNet, packed by the build into one read-only file, and the inflection of its words. */
@NullMarked
package dev.graft.text.wordnet;

import org.jspecify.annotations.NullMarked;
