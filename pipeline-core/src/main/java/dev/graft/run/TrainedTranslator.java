// SPDX-License-Identifier: Apache-2.0
package dev.graft.run;

import dev.graft.config.Settings;
import java.util.List;
import java.util.Optional;

/**
 * A translator that a stage of the same recipe trains.
 *
 * @param stage its name
 * @param source language of the sentences
 * @param target language of the translations
 * @param folder that will hold it
 */
public record TrainedTranslator(String stage, String source, String target, String folder) {
    /** The model's folder in its stage's. */
    public static final String MODEL = "model";

    /** Those of the stages before the one that a section is part of; none where it is part of no stage. */
    public static List<TrainedTranslator> before(Settings section) {
        Settings recipe = section.top();
        List<Stage> stages = Stages.read(recipe).all();
        Optional<Stage> own =
                stages.stream().filter(each -> each.settings().holds(section)).findFirst();
        String out = Recipe.out(recipe, Recipe.name(recipe));
        return own.map(stages::indexOf).map(last -> stages.subList(0, last)).orElse(List.of()).stream()
                .filter(each -> each.kind() == Stage.Kind.TRAIN && each.teaches(Stages.TRANSLATE))
                .map(each -> new TrainedTranslator(
                        each.name(),
                        each.settings().said("objective", "source").orElse(""),
                        each.settings().said("objective", "target").orElse(""),
                        String.join("/", out, each.folder(), MODEL)))
                .toList();
    }
}
