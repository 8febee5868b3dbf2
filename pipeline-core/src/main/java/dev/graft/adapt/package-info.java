// SPDX-License-Identifier: Apache-2.0
/** LoRA and its relatives: each swaps a Linear; PEFT's files. */
@NullMarked
package dev.graft.adapt;

import org.jspecify.annotations.NullMarked;
