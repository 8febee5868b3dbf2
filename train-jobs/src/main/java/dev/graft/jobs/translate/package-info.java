// SPDX-License-Identifier: Apache-2.0
/** Translators trained: pairs of sentences in, a folder of MarianMT out. */
@NullMarked
package dev.graft.jobs.translate;

import org.jspecify.annotations.NullMarked;
