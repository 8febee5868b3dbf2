// SPDX-License-Identifier: Apache-2.0
package dev.graft.generate;

import java.util.List;

/**
 * What a decoder wrote for one source.
 *
 * @param tokens without the end
 * @param truncated whether it was cut at the greatest length, and would have gone on
 */
public record Hypothesis(List<Integer> tokens, boolean truncated) {}
