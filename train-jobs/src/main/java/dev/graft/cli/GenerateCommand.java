// SPDX-License-Identifier: Apache-2.0
package dev.graft.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.corpus.Conversation;
import dev.graft.corpus.Message;
import dev.graft.generate.Hypothesis;
import dev.graft.generate.Pick;
import dev.graft.nn.engine.Threads;
import dev.graft.run.ExitCode;
import dev.graft.task.CausalLm;
import dev.graft.train.data.JsonLines;
import dev.graft.train.data.JsonLines.Refused;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        description = "Answers conversations, and prints each as a line of JSON: the answer beside the reference.")
final class GenerateCommand implements Callable<Integer> {
    private static final int BATCH = 8;

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
            for (int from = 0; from < conversations.size(); from += BATCH) {
                answer(lm, conversations.subList(from, Math.min(from + BATCH, conversations.size())), from, out);
            }
        }
        return conversations.isEmpty() ? ExitCode.WRONG_INPUT : ExitCode.DONE;
    }

    private void answer(CausalLm lm, List<Conversation> some, int first, PrintWriter out) throws IOException {
        List<Pick> picks = new ArrayList<>();
        for (int i = 0; i < some.size(); i++) {
            picks.add(options.pick(options.seed() + first + i));
        }
        List<Hypothesis> answers =
                lm.answers(some.stream().map(Conversation::asked).toList(), options.most(), picks);
        for (int i = 0; i < some.size(); i++) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("id", some.get(i).id());
            line.put(
                    "messages",
                    some.get(i).asked().stream().map(GenerateCommand::turn).toList());
            line.put("reference", some.get(i).answer());
            line.put("answer", lm.text(answers.get(i)));
            line.put("cut-off", answers.get(i).truncated());
            out.println(new ObjectMapper().writeValueAsString(line));
        }
        out.flush();
    }

    private static Map<String, String> turn(Message message) {
        Map<String, String> turn = new LinkedHashMap<>();
        turn.put("role", message.role());
        turn.put("content", message.content());
        return turn;
    }
}
