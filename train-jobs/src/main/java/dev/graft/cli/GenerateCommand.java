// SPDX-License-Identifier: Apache-2.0
package dev.graft.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.corpus.Conversation;
import dev.graft.jobs.tune.Generations;
import dev.graft.nn.engine.Threads;
import dev.graft.run.ExitCode;
import dev.graft.task.CausalLm;
import dev.graft.train.data.JsonLines;
import dev.graft.train.data.JsonLines.Refused;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Answers to the rows of a file, each beside the one that stands there. */
@Command(
        name = "generate",
        description =
                "Answers conversations, and prints each as a line of JSON: the answer beside the reference; then how near they are.")
final class GenerateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            description = "a folder of Hugging Face, a GGUF file, or a name that was pulled")
    private String model = "";

    @Parameters(
            index = "1",
            paramLabel = "ROWS",
            description = "JSON lines; of each conversation the last answer is the reference")
    private Path rows = Path.of("");

    @Option(names = "--shape", paramLabel = "SHAPE", description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}")
    private Conversation.Shape shape = Conversation.Shape.MESSAGES;

    @Option(names = "--messages", paramLabel = "COLUMN", description = "of the turns; default ${DEFAULT-VALUE}")
    private String messages = "messages";

    @Option(names = "--limit", paramLabel = "N", description = "of the rows; default all")
    private int limit = Integer.MAX_VALUE;

    @Mixin
    private AnswerOptions options = new AnswerOptions();

    @Override
    public Integer call() throws IOException {
        List<Refused> refused = new ArrayList<>();
        List<Conversation> conversations =
                JsonLines.read(rows, limit, (row, place) -> Conversation.of(place, row, shape, messages), refused);
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        refused.forEach(each -> err.println("refused: " + each.place() + ": " + each.reason()));
        Threads.set(Runtime.getRuntime().availableProcessors());
        try (CausalLm lm = options.open(model)) {
            Generations.of(
                            lm,
                            conversations,
                            options.most(),
                            answer -> options.pick(options.seed() + answer),
                            line -> out.println(json(line)))
                    .scores()
                    .forEach((name, value) -> err.printf(Locale.ROOT, "%s %.1f%n", name, value));
            out.flush();
            err.flush();
        }
        return conversations.isEmpty() ? ExitCode.WRONG_INPUT : ExitCode.DONE;
    }

    private static String json(Object line) {
        try {
            return new ObjectMapper().writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
