// SPDX-License-Identifier: Apache-2.0
/** Language models tuned: rows of texts, conversations or preferences in, adapter out. */
@NullMarked
package dev.graft.jobs.tune;

import org.jspecify.annotations.NullMarked;
