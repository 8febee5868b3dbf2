// SPDX-License-Identifier: Apache-2.0
/** The augmentation job, which reads like the story: read, split, augment, filter, write. */
@NullMarked
package dev.graft.jobs.augment;

import org.jspecify.annotations.NullMarked;
