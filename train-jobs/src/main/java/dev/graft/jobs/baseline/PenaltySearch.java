// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.baseline;

import dev.graft.corpus.Splitter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * How strongly the squared weights of a linear model are held down, chosen by rows that the fit did not see.
 *
 * @param <T> rows
 * @param <M> models
 */
public interface PenaltySearch<T, M> {
    /** Share of the training rows that is held out where there is no validation part. */
    double SHARE = 0.2;

    /** The strongest first: of equals, the simpler one is taken. */
    List<Double> penalties();

    /** Whose hash says which rows are held out. */
    String text(T row);

    M fit(Features<T> train, double penalty);

    /** How well it does; more is better. */
    double score(M model, Features<T> heldOut);

    /**
     * What was chosen.
     *
     * @param score on the held-out rows
     */
    record Found<M>(M model, double penalty, double score) {}

    /**
     * Fits the training rows with the penalty that is best on the validation part; without one, on the fifth of the training
     * rows that the hash of the text takes, after which all of them are fitted.
     */
    default Found<M> fitted(Features<T> train, Features<T> validation) {
        if (!validation.rows().isEmpty()) {
            return chosen(train, validation);
        }
        Predicate<T> held = row -> Splitter.position(text(row)) < SHARE;
        Features<T> rest = train.where(held.negate());
        Features<T> heldOut = train.where(held);
        Found<M> chosen =
                rest.rows().isEmpty() || heldOut.rows().isEmpty() ? chosen(train, train) : chosen(rest, heldOut);
        return new Found<>(fit(train, chosen.penalty), chosen.penalty, chosen.score);
    }

    private Found<M> chosen(Features<T> train, Features<T> heldOut) {
        List<Found<M>> fits = new ArrayList<>();
        for (double penalty : penalties()) {
            M model = fit(train, penalty);
            fits.add(new Found<>(model, penalty, score(model, heldOut)));
        }
        double most = fits.stream().mapToDouble(Found::score).max().orElseThrow();
        return fits.stream().filter(each -> each.score == most).findFirst().orElseThrow();
    }
}
