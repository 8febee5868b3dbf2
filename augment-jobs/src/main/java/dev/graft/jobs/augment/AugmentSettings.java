// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import dev.graft.augment.OperatorSettings;
import dev.graft.config.Settings;
import dev.graft.filter.FilterSettings;
import dev.graft.run.Recipe;
import java.io.Serializable;
import java.util.List;

/**
 * What {@code augment} reads of a configuration; the section {@code train} belongs to another step.
 *
 * @param operators in the order of the configuration
 * @param partitions that the corpus is spread over; 0, the default, takes four for each core
 */
record AugmentSettings(Recipe recipe, List<OperatorSettings> operators, FilterSettings filters, int partitions) {
    /** What a task needs to know. */
    record Work(long seed, String model, List<OperatorSettings> operators, FilterSettings filters)
            implements Serializable {}

    Work work() {
        return new Work(recipe.seed(), recipe.model(), operators, filters);
    }

    static AugmentSettings read(Settings root) {
        root.has("train");
        Settings augment = root.section("augment");
        return new AugmentSettings(
                Recipe.read(root),
                OperatorSettings.read(augment.sections("operators")),
                FilterSettings.read(augment.section("filters")),
                augment.integer("partitions", 0, 0, 1_000_000));
    }

    /** All that the result depends on, and nothing else: neither where it is written nor how it is spread. */
    String fingerprint() {
        return String.join(
                "; ",
                "seed " + recipe.seed(),
                "max-chars " + recipe.maxChars(),
                recipe.corpus().toString(),
                "model " + recipe.model(),
                operators.toString(),
                filters.toString());
    }
}
