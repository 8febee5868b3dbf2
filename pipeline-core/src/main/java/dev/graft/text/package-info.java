// SPDX-License-Identifier: Apache-2.0
/** What a text is made of: sentences, tokens, tags, lemmas, synonyms, inflection, and what must not be touched. */
@NullMarked
package dev.graft.text;

import org.jspecify.annotations.NullMarked;
