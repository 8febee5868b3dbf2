// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import dev.graft.config.Settings;
import dev.graft.run.Recipe;
import dev.graft.run.Stage;
import dev.graft.run.Stages;
import java.io.IOException;
import java.io.Serializable;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/**
 * Whose weights a training starts with.
 *
 * @param model folder or name of the model
 * @param chained what an earlier stage taught that model, folded into it; null for a model as it is
 * @param adapter directory of a stage that meta-learns, whose adapter a classifier goes on with but for the head; null for a
 *     new adapter
 */
public record StartingWeights(
        String model, @Nullable Chained chained, @Nullable String adapter) implements Serializable {
    /** What {@code from} of a stage says; without it, the model as it is. */
    public static StartingWeights read(Stages stages, Stage stage, Recipe run) {
        return read(stages, stage, stage.settings(), run);
    }

    /**
     * What {@code from} of a section says that belongs to a stage.
     *
     * @param section the stage's own, or that of an arm
     */
    static StartingWeights read(Stages stages, Stage stage, Settings section, Recipe run) {
        boolean classifies = stage.kind() == Stage.Kind.TRAIN
                && stage.settings().said("objective", "kind").orElse("classify").equals("classify");
        return stages.named(stage, section, "from", Stages.MODEL, EnumSet.of(Stage.Kind.TRAIN, Stage.Kind.META_LEARN))
                .map(each -> {
                    if (each.teaches("translate")) {
                        section.problem("from", "a stage with another objective than translate", each.name());
                    }
                    StartingWeights before = read(stages, each, run);
                    String folder = each.of(run).out();
                    if (classifies && each.kind() == Stage.Kind.META_LEARN) {
                        return new StartingWeights(before.model, before.chained, folder);
                    }
                    Chained chained = new Chained(folder, before.model);
                    return new StartingWeights(chained.merged(), chained, null);
                })
                .orElseGet(() -> new StartingWeights(run.model(), null, null));
    }

    /** The folder of the stage whose adapter the training begins with, by itself or in the model; null for none. */
    public @Nullable String taught() {
        return adapter == null && chained != null ? chained.folder() : adapter;
    }

    /**
     * Makes the model's folder, where it is not there.
     *
     * @throws dev.graft.corpus.InputException if the earlier stage is not finished
     */
    public void prepare() throws IOException {
        if (chained != null) {
            chained.merge();
        }
    }
}
