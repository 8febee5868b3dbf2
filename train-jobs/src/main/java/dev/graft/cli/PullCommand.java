// SPDX-License-Identifier: Apache-2.0
package dev.graft.cli;

import dev.graft.corpus.InputException;
import dev.graft.hub.Catalogue;
import dev.graft.hub.Hub;
import dev.graft.hub.HubRepository;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Brings models into the folder that keeps them. Nothing else ever downloads one. */
@Command(
        name = "pull",
        description = {
            "Fetches models: by a name that is listed without any, or as OWNER/NAME[@REVISION] from a hub.",
            "A token for closed repositories is taken from the environment's HF_TOKEN."
        })
final class PullCommand implements Callable<Integer> {
    private static final long BETWEEN_LINES = TimeUnit.SECONDS.toNanos(2);
    private static final int MEGA = 1_000_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "NAME", description = "of a model")
    private List<String> names = List.of();

    @Option(
            names = "--hub",
            paramLabel = "URL",
            description = "default ${DEFAULT-VALUE}, or the environment's HF_ENDPOINT",
            defaultValue = "${env:HF_ENDPOINT:-https://huggingface.co}")
    private URI hub = URI.create("");

    @Option(names = "--file", paramLabel = "FILE", description = "the one of several GGUF files")
    private Optional<String> file = Optional.empty();

    private long nextLine = System.nanoTime();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (names.isEmpty()) {
            for (Catalogue model : Catalogue.values()) {
                out.println(model.title() + "  " + model.licence() + "  " + model.origin());
            }
        }
        List<Supplier<Path>> models = names.stream().map(this::model).toList();
        for (int i = 0; i < models.size(); i++) {
            out.println(names.get(i) + " in " + models.get(i).get());
            out.flush();
        }
        out.flush();
        return CommandLine.ExitCode.OK;
    }

    private Supplier<Path> model(String name) {
        Path cache = Catalogue.cache();
        Optional<Catalogue> named = Catalogue.of(name);
        if (named.isPresent()) {
            return () -> named.get().pull(cache);
        }
        HubRepository repository = HubRepository.of(name)
                .orElseThrow(() -> new InputException("no model is named \"" + name + "\"; there are "
                        + String.join(", ", Catalogue.titles()) + ", and OWNER/NAME[@REVISION] of a hub"));
        Hub from = new Hub(
                hub,
                Optional.ofNullable(System.getenv("HF_TOKEN")).filter(token -> !token.isBlank()),
                Duration.ofSeconds(30),
                Duration.ofMillis(500));
        return () -> repository.pull(from, cache, file, this::show);
    }

    private void show(String title, long bytes, long of) {
        long now = System.nanoTime();
        if (now - nextLine >= 0 || bytes == of) {
            nextLine = now + BETWEEN_LINES;
            PrintWriter err = spec.commandLine().getErr();
            err.printf(Locale.ROOT, "%s: %,d of %,d MB%n", title, bytes / MEGA, of / MEGA);
            err.flush();
        }
    }
}
