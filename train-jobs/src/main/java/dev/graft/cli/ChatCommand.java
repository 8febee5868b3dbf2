// SPDX-License-Identifier: Apache-2.0
package dev.graft.cli;

import dev.graft.corpus.Message;
import dev.graft.generate.Hypothesis;
import dev.graft.generate.Pick;
import dev.graft.nn.engine.Threads;
import dev.graft.task.CausalLm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A model tried by hand: what is written to it, line by line, is answered as it comes. */
@Command(
        name = "chat",
        description =
                "Talks to a model. A line is a turn; an empty line begins a new conversation, the end of the input ends.")
final class ChatCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "MODEL", description = "a folder of Hugging Face, a GGUF file, or a name that was pulled")
    private String model = "";

    @Option(names = "--system", paramLabel = "TEXT", description = "what the model is told before all")
    private Optional<String> system = Optional.empty();

    @Mixin
    private AnswerOptions options = new AnswerOptions();

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Threads.set(Runtime.getRuntime().availableProcessors());
        try (CausalLm lm = options.open(model)) {
            BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            List<Message> conversation = begun();
            long turn = options.seed();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isBlank()) {
                    conversation = begun();
                    continue;
                }
                conversation.add(new Message("user", line));
                conversation.add(new Message("assistant", answer(lm, conversation, turn++, out)));
            }
        }
        return CommandLine.ExitCode.OK;
    }

    private List<Message> begun() {
        List<Message> conversation = new ArrayList<>();
        system.ifPresent(text -> conversation.add(new Message("system", text)));
        return conversation;
    }

    /** Prints the answer as it is written; half a character waits for its other half. */
    private String answer(CausalLm lm, List<Message> conversation, long turn, PrintWriter out) {
        Pick pick = options.pick(turn);
        StringBuilder shown = new StringBuilder();
        long start = System.nanoTime();
        Hypothesis answer = lm.answer(conversation, options.most(), pick, text -> {
            if (text.length() > shown.length() && !text.endsWith("\uFFFD")) {
                out.print(text.substring(shown.length()));
                out.flush();
                shown.setLength(0);
                shown.append(text);
            }
        });
        double seconds = (System.nanoTime() - start) / 1e9;
        out.printf(
                "%n[%d tokens, %.1f a second%s]%n",
                answer.tokens().size(),
                answer.tokens().size() / seconds,
                answer.truncated() ? ", cut off at --max-tokens" : "");
        out.flush();
        return lm.text(answer);
    }
}
