// SPDX-License-Identifier: Apache-2.0
/** Which augmentation suits a corpus, chosen by its validation part alone. */
@NullMarked
package dev.graft.jobs.search;

import org.jspecify.annotations.NullMarked;
