// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import dev.graft.config.Settings;
import dev.graft.corpus.InputException;
import dev.graft.jobs.translate.TranslateJob;
import dev.graft.jobs.translate.TranslateSettings;
import dev.graft.jobs.tune.Check;
import dev.graft.jobs.tune.ObjectiveKind;
import dev.graft.jobs.tune.TuneJob;
import dev.graft.jobs.tune.TuneSettings;
import dev.graft.run.Recipe;
import dev.graft.run.Stage;
import dev.graft.run.Stages;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** A training stage that was read of a recipe. */
public interface PlannedTraining {
    /** Of the stage, whose directory is its own. */
    Recipe recipe();

    /** The rows that it takes, where they are an augmentation's. */
    default Optional<Recipe> rows() {
        return Optional.empty();
    }

    /**
     * Looks at Spark's settings before it starts; what stays on the CPU asks for none.
     *
     * @throws dev.graft.config.ConfigException if they have no device of the kind that is asked for
     */
    default void requireDevice() {}

    /**
     * Tells what can be told before it starts.
     *
     * @param corpus reads what is not augmented yet
     * @return what is wrong, so that a training would teach nothing or not end; empty where nothing is
     */
    default List<String> check(CorpusRows corpus, PrintWriter out) throws IOException {
        throw new InputException("the stage " + recipe().out() + " can't be checked; allowed is one of kind = train");
    }

    /** Trains, unless it is done. */
    void run(SparkSession spark, boolean force) throws IOException;

    /** Of one training stage; the others are left to other commands. */
    static PlannedTraining read(Settings root, Optional<String> name) {
        Stages stages = Stages.read(root);
        root.has("output");
        Optional<Stage> stage = stages.only(root, Stage.Kind.TRAIN, name);
        Recipe run = Recipe.read(root);
        return stage.map(each -> read(root, run, stages, each))
                .orElseGet(() -> root.problem("stages", "one with kind = train", new Nothing(run)));
    }

    /** What a configuration without a training stage asks for; it is refused before it runs. */
    record Nothing(Recipe recipe) implements PlannedTraining {
        @Override
        public void run(SparkSession spark, boolean force) {}
    }

    /** A translator, on the CPU of the machine that the command runs on. */
    record Translated(TranslateSettings settings) implements PlannedTraining {
        @Override
        public Recipe recipe() {
            return settings.recipe();
        }

        @Override
        public void run(SparkSession spark, boolean force) throws IOException {
            TranslateJob.run(settings, force);
        }

        @Override
        public List<String> check(CorpusRows corpus, PrintWriter out) throws IOException {
            return TranslateJob.check(settings, out);
        }
    }

    /** Of a stage that teaches tokens, as {@link #read(Settings, Optional)}. */
    static TuneSettings tuned(Settings root, Optional<String> name) {
        if (read(root, name) instanceof Tuned tuned) {
            return tuned.settings();
        }
        throw new InputException(
                "the stage trains a classifier of texts; allowed is one with another objective, such as { kind = sft }");
    }

    /** By what it teaches. */
    static PlannedTraining read(Settings root, Recipe run, Stages stages, Stage stage) {
        if (stage.kind() == Stage.Kind.META_LEARN) {
            return MetaPlan.read(run, stages, stage);
        }
        Settings objective = stage.settings().section("objective");
        return switch (objective.choice("kind", ObjectiveKind.class, ObjectiveKind.CLASSIFY)) {
            case CLASSIFY -> TrainPlan.read(root, run, stages, stage);
            case SFT, CAUSAL_LM, DPO, MASKED_LM, TOKEN_CLASSIFICATION, MULTI_LABEL, REGRESS ->
                new Tuned(TuneSettings.read(root, run, stages, stage));
            case TRANSLATE -> new Translated(TranslateSettings.read(run, stages, stage));
        };
    }

    /** Of tokens. */
    record Tuned(TuneSettings settings) implements PlannedTraining {
        @Override
        public Recipe recipe() {
            return settings.recipe();
        }

        @Override
        public Optional<Recipe> rows() {
            return settings.rows();
        }

        @Override
        public void requireDevice() {
            settings.requireDevice();
        }

        @Override
        public List<String> check(CorpusRows corpus, PrintWriter out) {
            return Check.run(settings, out);
        }

        @Override
        public void run(SparkSession spark, boolean force) throws IOException {
            TuneJob.run(spark, settings, force);
        }
    }
}
