// SPDX-License-Identifier: Apache-2.0
/** What the engine can and its public interface lacks: gradients by thread, and the number of threads. */
@NullMarked
package dev.graft.nn.engine;

import org.jspecify.annotations.NullMarked;
