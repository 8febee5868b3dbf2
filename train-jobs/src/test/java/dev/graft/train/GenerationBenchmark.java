// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import dev.graft.corpus.Conversation;
import dev.graft.generate.Hypothesis;
import dev.graft.generate.Pick;
import dev.graft.model.ComputeType;
import dev.graft.nn.engine.Threads;
import dev.graft.task.CausalLm;
import dev.graft.train.data.JsonLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** Conversations answered in one batch by the likeliest tokens, on one thread; generation_reference.py is transformers' side. */
final class GenerationBenchmark {
    private GenerationBenchmark() {}

    /** Arguments: model, rows, most tokens of an answer, and the compute type where it is not FLOAT32. */
    public static void main(String[] args) throws IOException {
        Threads.set(1);
        int most = Integer.parseInt(args[2]);
        ComputeType compute = ComputeType.valueOf(args.length > 3 ? args[3] : "FLOAT32");
        List<Conversation> rows = JsonLines.read(
                Path.of(args[1]),
                Integer.MAX_VALUE,
                (json, place) -> Conversation.of(place, json, Conversation.Shape.MESSAGES, "messages"),
                new ArrayList<>());
        try (CausalLm lm = new CausalLm(Path.of(args[0]), OptionalInt.empty(), compute)) {
            answers(lm, rows, 4);
            double before = cpu();
            List<Hypothesis> answers = answers(lm, rows, most);
            double seconds = cpu() - before;
            int tokens = answers.stream()
                    .mapToInt(each -> each.tokens().size() + (each.truncated() ? 0 : 1))
                    .sum();
            System.out.printf(
                    Locale.ROOT,
                    "| Graft | %d | %.1f | %.0f | %.2f |%n",
                    tokens,
                    seconds,
                    tokens / seconds,
                    peak() / 1e6);
        }
    }

    private static List<Hypothesis> answers(CausalLm lm, List<Conversation> rows, int most) {
        return lm.answers(
                rows.stream().map(Conversation::asked).toList(),
                most,
                Collections.nCopies(rows.size(), Pick.LIKELIEST));
    }

    private static double cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
    }

    private static long peak() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }
}
