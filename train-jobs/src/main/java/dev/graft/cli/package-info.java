// SPDX-License-Identifier: Apache-2.0
/** The one command line; the only package that sees both kinds of jobs. */
@NullMarked
package dev.graft.cli;

import org.jspecify.annotations.NullMarked;
