// SPDX-License-Identifier: Apache-2.0
/** What both kinds of jobs share: what a command takes, how it ends, and its Spark. */
@NullMarked
package dev.graft.jobs;

import org.jspecify.annotations.NullMarked;
