// SPDX-License-Identifier: Apache-2.0
package dev.graft.cli;

import dev.graft.config.Settings;
import dev.graft.hub.Catalogue;
import dev.graft.hub.HubException;
import dev.graft.run.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The run of {@code conf/demo.conf}, whose paths begin where Graft lies. */
@Command(
        name = "demo",
        description = "Runs conf/demo.conf: support tickets, augmented, and a classifier trained on them.")
final class DemoCommand implements Callable<Integer> {
    private static final Path CONF = Path.of("conf", "demo.conf");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--force", description = "replace what an earlier run left in the directory")
    private boolean force;

    @Parameters(paramLabel = "key=value", description = "overrides, later ones win")
    private List<String> overrides = List.of();

    @Override
    public Integer call() throws IOException {
        fetchStudents(Catalogue.cache(), spec.commandLine().getOut());
        Settings.read(CONF, overrides, RecipeRun::read).run(force, "include file(\"" + CONF.toAbsolutePath() + "\")");
        return ExitCode.DONE;
    }

    /** The translators of its back-translation, which is optional: where they can't be had, it is said, and the demo goes on. */
    static void fetchStudents(Path cache, PrintWriter out) {
        for (Catalogue student : List.of(Catalogue.EN_PT, Catalogue.PT_EN)) {
            try {
                if (!student.isIn(cache)) {
                    out.println("demo: fetching " + student.title() + " (" + student.licence() + ", " + student.origin()
                            + ")");
                    out.flush();
                    student.pull(cache);
                }
            } catch (HubException e) {
                out.println(
                        "demo: no back-translation, as " + student.title() + " can't be fetched: " + e.getMessage());
                out.flush();
                return;
            }
        }
    }
}
