// SPDX-License-Identifier: Apache-2.0
/** Neural blocks on DJL tensors, named as Hugging Face names them. */
@NullMarked
package dev.graft.nn;

import org.jspecify.annotations.NullMarked;
