// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import ai.djl.Device;
import dev.graft.adapt.AdaptedModel;
import dev.graft.adapt.AdapterFolder;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.corpus.InputException;
import dev.graft.jobs.Storages;
import dev.graft.nn.engine.Threads;
import dev.graft.tokenize.Tokenizer;
import dev.graft.train.Learner;
import dev.graft.train.Objective;
import dev.graft.train.Progress;
import dev.graft.train.Trainer;
import dev.graft.train.data.Row;
import dev.graft.train.data.RowReader;
import java.util.List;
import java.util.function.Function;

/** A model, a method, rows and an objective, ready for the loop. */
final class Tuning<R extends Row> implements AutoCloseable {
    private final TuneSettings settings;
    private final Tokenizer tokenizer;
    private final AdaptedModel model;
    private final TuneRows<R> rows;
    private final Objective<R> objective;

    private Tuning(
            TuneSettings settings,
            Tokenizer tokenizer,
            AdaptedModel model,
            RowReader<R> reader,
            Objective<R> objective) {
        this.settings = settings;
        this.tokenizer = tokenizer;
        this.model = model;
        this.objective = objective;
        rows = TuneRows.read(settings, reader);
    }

    /**
     * With the rows of the corpus in this process, to be looked at.
     *
     * @throws InputException if the rows can't be learnt from, or are longer than the model reads
     */
    static Tuning<?> open(TuneSettings settings) {
        long seed = settings.recipe().seed();
        List<String> labels = labels(settings);
        return open(
                settings,
                labels,
                files -> Subject.model(
                        settings.teaching(),
                        files,
                        labels,
                        settings.method(),
                        settings.quantization(),
                        seed,
                        Device.cpu()));
    }

    /** Of the annotated spans, or of the texts, where these are taught. */
    private static List<String> labels(TuneSettings settings) {
        return settings.teaching().kind() == ObjectiveKind.TOKEN_CLASSIFICATION
                        || settings.teaching().kind() == ObjectiveKind.MULTI_LABEL
                ? TuneRows.labels(settings.recipe().corpus(), settings.teaching())
                : List.of();
    }

    /**
     * As {@link #open(TuneSettings)}, with what was learnt.
     *
     * @throws dev.graft.adapt.AdapterException if it is not of this model
     */
    static Tuning<?> open(TuneSettings settings, AdapterFolder adapter) {
        return open(settings, labels(settings), files -> adapter.on(files, settings.quantization(), Device.cpu()));
    }

    private static Tuning<?> open(
            TuneSettings settings, List<String> labels, Function<ModelFolder, AdaptedModel> built) {
        Threads.set(Runtime.getRuntime().availableProcessors());
        String name = settings.recipe().model();
        ModelFolder files = Storages.files(name);
        Tokenizer tokenizer = Tokenizer.whole(files.tokenizer());
        AdaptedModel model = built.apply(files);
        try {
            int most = settings.maxLength();
            if (most > model.model().positions()) {
                throw new InputException("max-length is " + most + "; allowed with " + name + " is from 3 to "
                        + model.model().positions());
            }
            return of(settings, tokenizer, model, Subject.of(settings.teaching(), most, labels, files, tokenizer));
        } catch (RuntimeException e) {
            tokenizer.close();
            model.close();
            throw e;
        }
    }

    private static <R extends Row> Tuning<R> of(
            TuneSettings settings, Tokenizer tokenizer, AdaptedModel model, Subject<R> subject) {
        return new Tuning<>(
                settings,
                tokenizer,
                model,
                subject.reader(),
                subject.objective().apply(model));
    }

    TuneSettings settings() {
        return settings;
    }

    /** Of the base model; cuts nothing off. */
    Tokenizer tokenizer() {
        return tokenizer;
    }

    AdaptedModel model() {
        return model;
    }

    TuneRows<R> rows() {
        return rows;
    }

    Objective<R> objective() {
        return objective;
    }

    /** The held-out rows are looked at on the way where that is asked for; before and after it in any case. */
    Trainer<R> trainer(Progress progress) {
        boolean looked = settings.loop().earlyStop() > 0 || settings.loop().evaluateEvery() > 0;
        return new Trainer<>(
                settings.loop(),
                Learner.of(model),
                objective,
                rows.train(),
                looked ? rows.validation() : List.of(),
                steps(),
                settings.recipe().seed(),
                progress);
    }

    int steps() {
        int all = Trainer.steps(
                rows.train(),
                settings.loop(),
                settings.epochs(),
                settings.recipe().seed());
        return settings.maxSteps() > 0 ? Math.min(settings.maxSteps(), all) : all;
    }

    @Override
    public void close() {
        tokenizer.close();
        model.close();
    }
}
