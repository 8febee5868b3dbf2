// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How good a model is.
 *
 * @param loss mean over the targets, in nats
 * @param others by name, such as accuracy
 */
public record Figures(double loss, SortedMap<String, Double> others) {
    public Figures(double loss, Map<String, Double> others) {
        this(loss, new TreeMap<>(others));
    }
}
