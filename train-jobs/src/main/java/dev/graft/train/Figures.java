// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import java.io.Serializable;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How good a model is.
 *
 * @param loss mean over the targets, in nats
 * @param others by name, such as accuracy
 */
public record Figures(double loss, SortedMap<String, Double> others) implements Serializable {
    public Figures(double loss, Map<String, Double> others) {
        this(loss, new TreeMap<>(others));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "loss %.3f", loss));
        others.forEach((name, value) -> text.append(String.format(Locale.ROOT, ", %s %.3f", name, value)));
        return text.toString();
    }
}
