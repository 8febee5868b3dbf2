// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import dev.graft.augment.Augmented;
import java.util.List;

/**
 * A filter that stands with an operator and judges its copies alone.
 *
 * @param operator name of its step
 */
record ForOperator(Filter filter, String operator) implements Filter {
    @Override
    public String name() {
        return filter.name();
    }

    @Override
    public double score(Augmented candidate) {
        return filter.score(candidate);
    }

    @Override
    public double[] scores(List<Augmented> candidates) {
        return filter.scores(candidates);
    }

    @Override
    public Verdict judge(double score) {
        return filter.judge(score);
    }

    @Override
    public List<Double> bounds() {
        return filter.bounds();
    }

    @Override
    public boolean judges(String name) {
        return operator.equals(name);
    }
}
