// SPDX-License-Identifier: Apache-2.0
/** Readers and writers of weights: safetensors, ONNX, Hugging Face folders. */
@NullMarked
package dev.graft.checkpoint;

import org.jspecify.annotations.NullMarked;
