// SPDX-License-Identifier: Apache-2.0
package dev.graft.cli;

import dev.graft.config.Settings;
import dev.graft.jobs.Arguments;
import dev.graft.jobs.Session;
import dev.graft.jobs.augment.AugmentJob;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.jobs.train.TrainJob;
import dev.graft.jobs.train.TrainPlan;
import dev.graft.run.ExitCode;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Both halves in one process, on one Spark. */
@Command(name = "run", description = "Augments, then trains, compares and evaluates.")
final class RunCommand implements Callable<Integer> {
    @Mixin
    private Arguments arguments = new Arguments();

    @Option(names = "--force", description = "replace what an earlier run left in the directory")
    private boolean force;

    @Override
    public Integer call() throws IOException {
        return arguments.read(Halves::read).run(force);
    }

    /** What both halves read of one configuration, so that the second is not refused after the first has run. */
    record Halves(AugmentSettings augment, TrainPlan train) {
        static Halves read(Settings root) {
            return new Halves(AugmentSettings.read(root), TrainPlan.read(root));
        }

        int run(boolean force) throws IOException {
            train.requireDevice();
            try (SparkSession spark = Session.start("run", augment.recipe())) {
                AugmentJob.run(spark, augment, force);
                TrainJob.run(spark, train, force);
            }
            return ExitCode.DONE;
        }
    }
}
