// SPDX-License-Identifier: Apache-2.0
package dev.graft.cli;

import dev.graft.jobs.Arguments;
import dev.graft.run.ExitCode;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** All stages of a recipe in one process, on one Spark. */
@Command(name = "run", description = "Runs the stages of a recipe, one after the other; what is finished is skipped.")
final class RunCommand implements Callable<Integer> {
    @Mixin
    private Arguments arguments = new Arguments();

    @Option(names = "--force", description = "replace what an earlier run left in the directory")
    private boolean force;

    @Override
    public Integer call() throws IOException {
        RecipeRun run = arguments.read(RecipeRun::read);
        run.run(force, arguments.included());
        return ExitCode.DONE;
    }
}
