// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs;

import dev.graft.run.ExitCode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** What every command has: {@code --help}, {@code --version}, errors in a line, and exit codes of one meaning. */
public final class Launch {
    private static final Map<String, String> EXIT_CODES =
            new TreeMap<>(Map.of("0", "done", "1", "failed", "2", "the configuration or the input is wrong"));

    private Launch() {}

    /** Runs a command, and ends the process. */
    public static void main(Object command, String[] args) {
        AtomicBoolean ended = new AtomicBoolean();
        CommandLine line = line(command);
        CommandLine.IExecutionExceptionHandler report = line.getExecutionExceptionHandler();
        line.setExecutionExceptionHandler((thrown, failed, parsed) ->
                ended.get() ? ExitCode.STOPPED : report.handleExecutionException(thrown, failed, parsed));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            // What fails from now on fails because Spark is being stopped.
            if (ended.compareAndSet(false, true)) {
                System.err.println("graft: stopped by a signal; what was finished stays, and the same command goes on");
            }
        }));
        int code = line.execute(args);
        ended.set(true);
        System.exit(code);
    }

    /** A command with its sub-commands, ready to be run. */
    public static CommandLine line(Object command) {
        CommandLine line = new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((thrown, failed, parsed) -> ExitCode.report(thrown, failed.getErr()));
        complete(line.getCommandSpec());
        return line;
    }

    private static void complete(CommandSpec spec) {
        if (!spec.helpCommand()) {
            spec.mixinStandardHelpOptions(true);
        }
        spec.version("graft " + version() + ", Java " + Runtime.version());
        UsageMessageSpec usage = spec.usageMessage();
        if (usage.exitCodeList().isEmpty()) {
            usage.exitCodeList(EXIT_CODES);
        }
        usage.exitCodeListHeading("%nExit codes:%n");
        spec.subcommands().values().forEach(each -> complete(each.getCommandSpec()));
    }

    /** The version of this build, as its jar names it. */
    public static String version() {
        return Optional.ofNullable(Launch.class.getPackage().getImplementationVersion())
                .orElse("development");
    }
}
