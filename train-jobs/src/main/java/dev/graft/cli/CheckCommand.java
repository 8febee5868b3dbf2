// SPDX-License-Identifier: Apache-2.0
package dev.graft.cli;

import dev.graft.jobs.Arguments;
import dev.graft.jobs.train.TrainJob;
import dev.graft.run.ExitCode;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A look at a training before it is started. */
@Command(
        name = "check",
        description =
                "Shows what a training would teach: rows, classes, what is cut off, the tokens that carry loss, what is trained, memory,"
                        + " one step's gradients.")
final class CheckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Arguments arguments = new Arguments();

    @Override
    public Integer call() throws IOException {
        TrainJob.Planned planned = arguments.readStage(TrainJob::read);
        return planned.check(spec.commandLine().getOut()).isEmpty() ? ExitCode.DONE : ExitCode.WRONG_INPUT;
    }
}
