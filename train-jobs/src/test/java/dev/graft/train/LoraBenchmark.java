// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.adapt.Lora;
import dev.graft.adapt.Pooling;
import dev.graft.adapt.Targets;
import dev.graft.checkpoint.BaseModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One side of the benchmark of BENCHMARKS.md; the other is src/test/python/lora_benchmark.py. */
final class LoraBenchmark {
    private static final int ROWS = 500;
    private static final int BATCH = 32;

    private LoraBenchmark() {}

    /** Arguments: a JSON Lines file with {@code text} and {@code label}; threads; epochs. Prints examples/s of each epoch. */
    public static void main(String[] arguments) throws IOException {
        List<String> labels = new ArrayList<>();
        List<Example> examples = new ArrayList<>();
        ObjectMapper json = new ObjectMapper();
        for (String line :
                Files.readAllLines(Path.of(arguments[0])).stream().limit(ROWS).toList()) {
            JsonNode row = json.readTree(line);
            String label = row.get("label").asText();
            if (!labels.contains(label)) {
                labels.add(label);
            }
            examples.add(new Example(row.get("text").asText(), labels.indexOf(label)));
        }
        int perEpoch = (examples.size() + BATCH - 1) / BATCH;
        long[] start = {System.nanoTime()};
        Progress progress = step -> {
            if (step.number() % perEpoch == 0) {
                long now = System.nanoTime();
                System.out.printf("graft: %.0f examples/s%n", examples.size() / ((now - start[0]) / 1e9));
                start[0] = now;
            }
        };
        try (Trained trained = new ClassifierTrainer(
                        new TrainSettings(
                                new LoopSettings(1e-3, Schedule.Kind.CONSTANT, 0, 0.01, 1, BATCH, 0, 0, 0, 0, 0),
                                Integer.parseInt(arguments[2]),
                                0,
                                128,
                                1e-3,
                                Pooling.FIRST),
                        new Lora(8, 16, 0.1, new Targets.Named(List.of("query", "value"))),
                        BaseModel.files(BaseModel.MINILM),
                        labels,
                        0,
                        Device.cpu(),
                        Integer.parseInt(arguments[1]),
                        Optional.empty(),
                        progress)
                .train(examples)) {
            System.out.printf(
                    "graft: loss of the last epoch %.3f, %s%n",
                    trained.losses().stream()
                            .skip(trained.losses().size() - perEpoch)
                            .mapToDouble(loss -> loss)
                            .average()
                            .orElseThrow(),
                    Files.readAllLines(Path.of("/proc/self/status")).stream()
                            .filter(line -> line.startsWith("VmHWM"))
                            .findFirst()
                            .orElse("peak unknown"));
        }
    }
}
