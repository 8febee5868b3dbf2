// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.translate;

import dev.graft.config.Settings;
import dev.graft.run.Recipe;
import dev.graft.run.Stage;
import dev.graft.run.Stages;
import dev.graft.run.TrainedTranslator;
import dev.graft.train.LoopSettings;
import dev.graft.train.Schedule;
import dev.graft.translate.FolderTranslator;
import dev.graft.translate.NewMarian;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A training stage whose objective is {@code translate}.
 *
 * @param recipe of the stage, whose directory is its own; its seed is that of a new model's parameters, the order of the rows and
 *     dropout
 * @param from language of the sentences, as ISO 639 has it
 * @param to language of the translations
 * @param model the folder of a translator that is trained further: a stage's before this one, or a given one
 * @param fresh the shape of a new one, where there is no such folder
 * @param train what is learnt
 * @param validation by whose loss the training is watched
 * @param test translated when the training is done
 * @param smoothing of the expected tokens, from 0 to under 1; default 0.1
 * @param epochs times that each pair is seen; default 20
 * @param maxLength a pair with a longer side, in tokens, is left out; default 128
 * @param values of all keys, for the fingerprint
 */
public record TranslateSettings(
        Recipe recipe,
        String from,
        String to,
        Optional<Path> model,
        NewMarian fresh,
        Bitext train,
        Bitext validation,
        Optional<Bitext> test,
        double smoothing,
        LoopSettings loop,
        int epochs,
        int maxLength,
        SortedMap<String, String> values) {
    private static final LoopSettings LOOP =
            new LoopSettings(3e-3, Schedule.Kind.LINEAR, 0.1, 0, 1, 64, 4096, 4096, 0, 0, 0);
    private static final NewMarian FRESH = new NewMarian(4, 128, 4, 256, 0.3, 128, 4000);
    private static final int LEAST_PIECES = 100;
    private static final int MOST = 1_000_000_000;

    /** The folder of the model in that of its stage. */
    static final String MODEL = TrainedTranslator.MODEL;

    public static TranslateSettings read(Recipe run, Stages stages, Stage stage) {
        Settings section = stage.settings();
        Settings objective = section.section("objective");
        objective.string("kind");
        String from = objective.string("source");
        String to = objective.string("target");
        if (from.equals(to) && !from.isEmpty()) {
            objective.problem("target", "another language than source", to);
        }
        Settings data = section.section("data");
        Optional<Path> model = model(run, stages, stage, from, to);
        TranslateSettings settings = new TranslateSettings(
                stage.of(run),
                from,
                to,
                model,
                fresh(section, model),
                bitext(data.section("train"), from, to),
                bitext(data.section("validation"), from, to),
                data.has("test") ? Optional.of(bitext(data.section("test"), from, to)) : Optional.empty(),
                objective.number("label-smoothing", 0.1, 0, 0.99),
                LoopSettings.read(section, LOOP),
                section.integer("epochs", 20, 1, MOST),
                section.integer("max-length", 128, 2, MOST),
                new TreeMap<>());
        settings.values.putAll(stage.renamed(section.values()));
        settings.values.put("seed", String.valueOf(run.seed()));
        return settings;
    }

    private static Optional<Path> model(Recipe run, Stages stages, Stage stage, String from, String to) {
        Settings section = stage.settings();
        Optional<Path> before = stages.named(stage, "from", Stages.MODEL, EnumSet.of(Stage.Kind.TRAIN))
                .map(each -> {
                    if (!each.teaches("translate")) {
                        section.problem("from", "a stage that teaches to translate", each.name());
                    }
                    return Path.of(each.of(run).out(), MODEL);
                });
        if (!section.has("model")) {
            return before;
        }
        if (before.isPresent()) {
            section.problem("model", "a folder, or from with a stage", "");
        }
        Path folder = section.model("model");
        section.check("model", folder, each -> FolderTranslator.require(each, from, to));
        return Optional.of(folder);
    }

    private static Bitext bitext(Settings section, String from, String to) {
        if (from.isEmpty() || to.isEmpty()) {
            section.leave();
            return new Bitext(Path.of(""), Path.of(""));
        }
        return new Bitext(section.file(from), section.file(to));
    }

    private static NewMarian fresh(Settings section, Optional<Path> model) {
        if (model.isPresent() && section.has("shape")) {
            section.section("shape").leave();
            return section.problem("shape", "nothing, where a model is trained further", FRESH);
        }
        Settings shape = section.section("shape");
        int width = shape.integer("width", FRESH.width(), 2, MOST);
        int heads = shape.integer("heads", FRESH.heads(), 1, MOST);
        if (width % heads != 0 || width % 2 != 0) {
            heads = shape.problem("heads", "a number that divides width = " + width + ", which is even", 1);
            width = FRESH.width();
        }
        return new NewMarian(
                shape.integer("layers", FRESH.layers(), 1, MOST),
                width,
                heads,
                shape.integer("feed-forward", FRESH.feedForward(), 1, MOST),
                shape.number("dropout", FRESH.dropout(), 0, 0.99),
                shape.integer("positions", FRESH.positions(), 2, MOST),
                shape.integer("vocabulary", FRESH.vocabulary(), LEAST_PIECES, MOST));
    }
}
