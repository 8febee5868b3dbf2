// SPDX-License-Identifier: Apache-2.0
/** What the engine can and its public interface lacks: gradients by thread, the number of threads, fused operations. */
@NullMarked
package dev.graft.nn.engine;

import org.jspecify.annotations.NullMarked;
