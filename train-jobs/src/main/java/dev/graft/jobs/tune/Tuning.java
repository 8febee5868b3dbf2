// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import ai.djl.Device;
import dev.graft.adapt.AdaptedModel;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.corpus.InputException;
import dev.graft.model.HeadKind;
import dev.graft.nn.engine.Threads;
import dev.graft.storage.Sha256;
import dev.graft.tokenize.Tokenizer;
import dev.graft.train.Learner;
import dev.graft.train.Objective;
import dev.graft.train.Progress;
import dev.graft.train.Trainer;
import dev.graft.train.data.ChatFormat;
import dev.graft.train.data.ChatRows;
import dev.graft.train.data.PreferenceRows;
import dev.graft.train.data.Row;
import dev.graft.train.data.RowReader;
import dev.graft.train.data.TextRows;
import dev.graft.train.objective.Dpo;
import dev.graft.train.objective.NextToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

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
        rows = TuneRows.read(settings.corpus(), settings.maxBadRows(), reader);
    }

    /**
     * @throws InputException if the rows can't be learnt from, or are longer than the model reads
     */
    static Tuning<?> open(TuneSettings settings) {
        Threads.set(Runtime.getRuntime().availableProcessors());
        ModelFolder files = ModelFolder.read(settings.model());
        Tokenizer tokenizer = Tokenizer.whole(files.tokenizer());
        AdaptedModel model = AdaptedModel.quantized(
                files, HeadKind.CAUSAL_LM, settings.method(), settings.quantization(), settings.seed(), Device.cpu());
        try {
            int most = settings.maxLength();
            if (most > model.model().positions()) {
                throw new InputException("train.max-length is " + most + "; allowed with " + settings.model()
                        + " is from 3 to " + model.model().positions());
            }
            return switch (settings.objective()) {
                case SFT ->
                    new Tuning<>(
                            settings,
                            tokenizer,
                            model,
                            new ChatRows(
                                    ChatFormat.of(files, tokenizer),
                                    settings.corpus().shape(),
                                    settings.corpus().messages(),
                                    most),
                            nextToken(settings, model));
                case CAUSAL_LM ->
                    new Tuning<>(
                            settings,
                            tokenizer,
                            model,
                            new TextRows(
                                    tokenizer,
                                    settings.corpus().text(),
                                    files.ends().stream().findFirst().orElse(-1),
                                    most),
                            nextToken(settings, model));
                case DPO ->
                    new Tuning<>(
                            settings,
                            tokenizer,
                            model,
                            new PreferenceRows(ChatFormat.of(files, tokenizer), most),
                            new Dpo(model.model(), model.manager(), () -> model.base()::close, settings.beta()));
            };
        } catch (RuntimeException e) {
            tokenizer.close();
            model.close();
            throw e;
        }
    }

    private static NextToken nextToken(TuneSettings settings, AdaptedModel model) {
        return new NextToken(model.model(), model.manager(), settings.packing() ? settings.maxLength() : 0);
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
                settings.seed(),
                progress);
    }

    int steps() {
        int all = Trainer.steps(rows.train(), settings.loop(), settings.epochs(), settings.seed());
        return settings.maxSteps() > 0 ? Math.min(settings.maxSteps(), all) : all;
    }

    /** Of all that the result depends on: the settings, the files of the model and of the rows. */
    String fingerprint() {
        StringBuilder all = new StringBuilder(settings.values().toString());
        try {
            for (Path file : model.files().weightFiles()) {
                all.append('\n').append(Sha256.of(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + settings.model() + ": " + e, e);
        }
        all.append('\n').append(Sha256.of(settings.corpus().train()));
        settings.corpus().validation().ifPresent(file -> all.append('\n').append(Sha256.of(file)));
        return Sha256.of(all.toString());
    }

    @Override
    public void close() {
        tokenizer.close();
        model.close();
    }
}
