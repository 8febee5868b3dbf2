// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

/** How the matrices of a frozen model are kept. Values share the largest magnitude of their block of 64, in 32 bits. */
public enum Quantization {
    /** As they are, in 32 bits a value. */
    NONE,
    /** Steps of 1/127 of it: 8.5 bits a value (Dettmers et al. 2022, section 2.1). */
    INT8,
    /** 16 values that are equally likely if weights are normal: 4.5 bits a value (Dettmers et al. 2023, section 3 and appendix E). */
    NF4,
    /** The same with the blocks' magnitudes in 8 bits: 4.13 bits a value (section 3, double quantisation). */
    NF4_DOUBLE,
    /** As its file has it: the blocks of a GGUF file in Q8_0, Q4_0 or Q4_1 to the bit, all else in 32 bits. */
    STORED
}
