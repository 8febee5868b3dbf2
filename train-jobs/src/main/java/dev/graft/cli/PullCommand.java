// SPDX-License-Identifier: Apache-2.0
package dev.graft.cli;

import dev.graft.corpus.InputException;
import dev.graft.hub.Catalogue;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Brings models of the catalogue into the folder that keeps them. */
@Command(name = "pull", description = "Fetches models by name; without a name, lists them.")
final class PullCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "NAME", description = "of a model")
    private List<String> names = List.of();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (names.isEmpty()) {
            for (Catalogue model : Catalogue.values()) {
                out.println(model.title() + "  " + model.licence() + "  " + model.origin());
            }
        }
        List<Catalogue> models = names.stream()
                .map(name -> Catalogue.of(name)
                        .orElseThrow(() -> new InputException("no model is named \"" + name + "\"; there are "
                                + String.join(", ", Catalogue.titles()))))
                .toList();
        models.forEach(model -> out.println(model.title() + " in " + model.pull(Catalogue.cache())));
        out.flush();
        return CommandLine.ExitCode.OK;
    }
}
