// SPDX-License-Identifier: Apache-2.0
package dev.graft.cli;

import dev.graft.jobs.Launch;
import dev.graft.jobs.augment.AugmentJob;
import dev.graft.jobs.augment.Doctor;
import dev.graft.jobs.augment.FilterJob;
import dev.graft.jobs.augment.preview.Plan;
import dev.graft.jobs.augment.preview.Preview;
import dev.graft.jobs.evidence.EvidenceJob;
import dev.graft.jobs.search.SearchJob;
import dev.graft.jobs.train.EvaluateJob;
import dev.graft.jobs.train.TrainJob;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Every command of Graft. */
@Command(
        name = "graft",
        description = "Grows a text corpus, and fine-tunes a model on it.",
        commandListHeading = "%nCommands:%n",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            RunCommand.class,
            AugmentJob.class,
            TrainJob.class,
            CheckCommand.class,
            EvaluateJob.class,
            Preview.class,
            Plan.class,
            SearchJob.class,
            EvidenceJob.class,
            FilterJob.class,
            Doctor.class,
            PullCommand.class,
            ChatCommand.class,
            GenerateCommand.class,
            MergeCommand.class,
            Graft.Completion.class,
            HelpCommand.class
        })
public final class Graft implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    public static void main(String[] args) {
        Launch.main(new Graft(), args);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** Completion of commands and options by the shell. */
    @Command(
            name = "completion",
            description = "Prints a script for bash and zsh; to use it: source <(graft completion)")
    static final class Completion implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            out.print(AutoComplete.bash("graft", spec.root().commandLine()));
            out.flush();
            return CommandLine.ExitCode.OK;
        }
    }
}
