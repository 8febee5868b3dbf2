// SPDX-License-Identifier: Apache-2.0
package dev.graft.cli;

import dev.graft.config.Settings;
import dev.graft.jobs.Session;
import dev.graft.jobs.Storages;
import dev.graft.jobs.augment.AugmentJob;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.jobs.search.SearchJob;
import dev.graft.jobs.search.SearchPlan;
import dev.graft.jobs.train.PlannedTraining;
import dev.graft.run.Recipe;
import dev.graft.run.Stage;
import dev.graft.run.Stages;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * A recipe as it was read: what its stages do, in order. The one reader of the whole file, so that no stage is refused after
 * another has run.
 */
record RecipeRun(Recipe recipe, List<Step> steps) {
    /** One stage, ready to run. */
    sealed interface Step {
        /** What Spark's settings lack for it is told before it starts. */
        default void require() {}

        void run(SparkSession spark, boolean force, String conf) throws IOException;
    }

    record Augment(AugmentSettings settings) implements Step {
        @Override
        public void run(SparkSession spark, boolean force, String conf) {
            AugmentJob.run(spark, settings, force);
        }
    }

    record Train(PlannedTraining planned) implements Step {
        @Override
        public void require() {
            planned.requireDevice();
        }

        @Override
        public void run(SparkSession spark, boolean force, String conf) throws IOException {
            planned.run(spark, force);
        }
    }

    record Search(SearchPlan plan) implements Step {
        @Override
        public void run(SparkSession spark, boolean force, String conf) throws IOException {
            SearchJob.run(spark, plan, conf, force, Clock.systemUTC());
        }
    }

    static RecipeRun read(Settings root) {
        Recipe recipe = Recipe.read(root);
        Stages stages = Stages.read(root);
        List<Step> steps = new ArrayList<>();
        for (Stage stage : stages.all()) {
            steps.add(
                    switch (stage.kind()) {
                        case AUGMENT -> new Augment(AugmentSettings.read(root, recipe, stages, stage));
                        case TRAIN, META_LEARN -> new Train(PlannedTraining.read(root, recipe, stages, stage));
                        case SEARCH -> new Search(SearchPlan.read(root, recipe, stage));
                    });
        }
        if (steps.isEmpty()) {
            root.problem("stages", "a list of one or more, such as { name = grow, kind = augment }", "");
        }
        if (root.has("compare") && stages.all().stream().noneMatch(each -> each.kind() == Stage.Kind.TRAIN)) {
            root.section("compare").leave();
            root.problem("compare", "nothing, where no stage is of kind train", "");
        }
        Recipe corpus = recipe.at(recipe.out() + "/" + Stages.CORPUS);
        boolean asItIs = steps.stream()
                .anyMatch(step ->
                        step instanceof Train train && train.planned.rows().equals(Optional.of(corpus)));
        if (asItIs) {
            // Rows that no stage grows are split and cleared all the same.
            steps.add(0, new Augment(AugmentSettings.read(root, recipe, AugmentSettings.none(root))));
        }
        return new RecipeRun(recipe, List.copyOf(steps));
    }

    /**
     * @param conf the recipe as HOCON that another one begins with
     */
    void run(boolean force, String conf) throws IOException {
        steps.forEach(Step::require);
        try (SparkSession spark = Session.start("run", recipe)) {
            Storages.directory(spark, recipe).clear();
            for (Step step : steps) {
                step.run(spark, force, conf);
            }
        }
    }
}
