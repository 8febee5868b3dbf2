// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.translate;

import dev.graft.config.Settings;
import dev.graft.run.Recipe;
import dev.graft.train.LoopSettings;
import dev.graft.train.Schedule;
import dev.graft.translate.FolderTranslator;
import dev.graft.translate.NewMarian;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What {@code train} reads of a configuration whose objective is {@code translate}.
 *
 * @param out directory of the run; default {@code runs/<name>}
 * @param seed of a new model's parameters, the order of the rows and dropout; default 42
 * @param from language of the sentences, as ISO 639 has it
 * @param to language of the translations
 * @param model the folder of a translator that is trained further
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
        String name,
        String out,
        long seed,
        double maxBadRows,
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

    /** Whether a configuration is of this kind. */
    public static boolean isMeant(Settings root) {
        return root.says("objective", "kind", "translate");
    }

    public static TranslateSettings read(Settings root) {
        String name = Recipe.name(root);
        Settings corpus = root.section("corpus");
        Settings objective = root.section("objective");
        objective.string("kind");
        Settings train = root.section("train");
        String from = objective.string("source");
        String to = objective.string("target");
        if (from.equals(to)) {
            objective.problem("target", "another language than source", to);
        }
        Optional<Path> model = root.isText("model") ? Optional.of(model(root, from, to)) : Optional.empty();
        return new TranslateSettings(
                name,
                Recipe.out(root, name),
                root.seed("seed", 42),
                root.number("max-bad-rows", 0.01, 0, 1),
                from,
                to,
                model,
                model.isPresent() ? FRESH : fresh(root.section("model")),
                bitext(corpus.section("train"), from, to),
                bitext(corpus.section("validation"), from, to),
                corpus.has("test") ? Optional.of(bitext(corpus.section("test"), from, to)) : Optional.empty(),
                objective.number("label-smoothing", 0.1, 0, 0.99),
                LoopSettings.read(train, LOOP),
                train.integer("epochs", 20, 1, MOST),
                train.integer("max-length", 128, 2, MOST),
                root.values());
    }

    private static Path model(Settings root, String from, String to) {
        Path folder = root.model("model");
        root.check("model", folder, each -> FolderTranslator.require(each, from, to));
        return folder;
    }

    private static Bitext bitext(Settings section, String from, String to) {
        return new Bitext(section.file(from), section.file(to));
    }

    private static NewMarian fresh(Settings model) {
        int width = model.integer("width", FRESH.width(), 2, MOST);
        int heads = model.integer("heads", FRESH.heads(), 1, MOST);
        if (width % heads != 0 || width % 2 != 0) {
            heads = model.problem("heads", "a number that divides width = " + width + ", which is even", 1);
            width = FRESH.width();
        }
        return new NewMarian(
                model.integer("layers", FRESH.layers(), 1, MOST),
                width,
                heads,
                model.integer("feed-forward", FRESH.feedForward(), 1, MOST),
                model.number("dropout", FRESH.dropout(), 0, 0.99),
                model.integer("positions", FRESH.positions(), 2, MOST),
                model.integer("vocabulary", FRESH.vocabulary(), LEAST_PIECES, MOST));
    }
}
