// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.graft.adapt.AdaptedModel;
import dev.graft.checkpoint.Weights;
import java.util.SortedMap;

/** What the loop moves: the trained parameters, by name. */
public interface Learner {
    /** Of a model with a method. */
    static Learner of(AdaptedModel model) {
        return new Learner() {
            @Override
            public NDManager manager() {
                return model.manager();
            }

            @Override
            public SortedMap<String, NDArray> parameters() {
                return model.parameters();
            }

            @Override
            public double rate(String parameter) {
                return model.rate(parameter);
            }

            @Override
            public void start(Runnable backward) {
                model.start(backward);
            }

            @Override
            public Weights weights() {
                return model.weights();
            }

            @Override
            public void restore(Weights weights, String place) {
                model.restore(weights, place);
            }
        };
    }

    /** The owner of the parameters. */
    NDManager manager();

    SortedMap<String, NDArray> parameters();

    /** How much faster than the rest a parameter learns. */
    default double rate(String parameter) {
        return 1;
    }

    /**
     * Puts the parameters to where a training starts, if that hangs on gradients.
     *
     * @param backward leaves the gradients of some rows at what requires one
     */
    default void start(Runnable backward) {}

    /** What the trained parameters hold now, copied. */
    Weights weights();

    /**
     * Puts values in the place of all trained parameters.
     *
     * @param place where the values are from, for the error
     */
    void restore(Weights weights, String place);
}
