// SPDX-License-Identifier: Apache-2.0
package dev.graft.report;

import java.util.ArrayList;
import java.util.List;

/**
 * The losses of one training.
 *
 * @param arm that was trained
 * @param seed it was trained with
 * @param points by step
 */
public record Curve(String arm, long seed, List<Point> points) {
    public Curve {
        points = List.copyOf(points);
    }

    /**
     * @param step from 1
     * @param loss of the step's batch
     */
    public record Point(int step, double loss) {}

    /** A curve of at most {@code most} points, each one the mean of as many steps, at the last of them. */
    Curve thinned(int most) {
        int width = (points.size() + most - 1) / most;
        if (width <= 1) {
            return this;
        }
        List<Point> means = new ArrayList<>();
        for (int start = 0; start < points.size(); start += width) {
            List<Point> bucket = points.subList(start, Math.min(points.size(), start + width));
            double mean = bucket.stream().mapToDouble(Point::loss).average().orElseThrow();
            means.add(new Point(bucket.get(bucket.size() - 1).step(), mean));
        }
        return new Curve(arm, seed, means);
    }
}
