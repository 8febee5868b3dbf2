// SPDX-License-Identifier: Apache-2.0
package dev.graft.cli;

import dev.graft.config.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The run of {@code conf/demo.conf}, whose paths begin where Graft lies. */
@Command(
        name = "demo",
        description = "Runs conf/demo.conf: support tickets, augmented, and a classifier trained on them.")
final class DemoCommand implements Callable<Integer> {
    private static final Path CONF = Path.of("conf", "demo.conf");

    @Option(names = "--force", description = "replace what an earlier run left in the directory")
    private boolean force;

    @Parameters(paramLabel = "key=value", description = "overrides, later ones win")
    private List<String> overrides = List.of();

    @Override
    public Integer call() throws IOException {
        return Settings.read(CONF, overrides, RunCommand.Halves::read).run(force);
    }
}
