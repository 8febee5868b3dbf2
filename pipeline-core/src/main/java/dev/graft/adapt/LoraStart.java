// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

/** What LoRA's A and B are before training. All start as the base model, and are stored as plain LoRA. */
public enum LoraStart {
    /** A is noise, B is 0 (Hu et al. 2021, section 4.1). */
    NOISE,
    /** The base's largest singular values' parts (Meng et al. 2024, section 3). */
    PISSA,
    /** The gradient's, on some batches before training (Wang et al. 2024, LoRA-GA, section 3). */
    GRADIENT
}
