// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.adapt.AdapterFolder;
import dev.graft.adapt.Lora;
import dev.graft.adapt.Pooling;
import dev.graft.adapt.Targets;
import dev.graft.checkpoint.BaseModel;
import dev.graft.config.Settings;
import dev.graft.task.TextClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The Java half of src/test/python/peft_interop.py, skipped without {@code -Dgraft.interop=DIR}. It writes what PEFT is
 * to reproduce, and reproduces what PEFT wrote where that lies in the directory already.
 */
class PeftInteropTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final Path folder = Path.of(System.getProperty("graft.interop", ""));

    @BeforeEach
    void onlyWhereAskedFor() {
        Assumptions.assumeTrue(System.getProperty("graft.interop") != null, "-Dgraft.interop=DIR is not set");
    }

    @ParameterizedTest
    @EnumSource(
            value = Pooling.class,
            names = {"FIRST", "MEAN"})
    void writesATrainedAdapterForPeft(Pooling pooling) throws IOException {
        BaseModel base = BaseModel.load(BaseModel.MINILM);
        base.save(folder.resolve("base"));
        List<String> targets = List.of(
                System.getProperty("graft.interop.targets", "query,value").split(","));
        ClassifierTrainer trainer = new ClassifierTrainer(
                new TrainSettings(
                        new LoopSettings(2e-3, Schedule.Kind.LINEAR, 0.1, 0.01, 1, 4, 0, 0, 0, 0, 0),
                        10,
                        0,
                        64,
                        2e-3,
                        pooling),
                new Lora(8, 16, 0.1, new Targets.Named(targets)),
                base.files(),
                List.of("delivery", "refund", "account"),
                1,
                Device.cpu(),
                1,
                Optional.empty(),
                Progress.SILENT);
        try (Trained trained = trainer.train(ClassifierTrainerTest.examples())) {
            trained.classifier().save(folder.resolve("adapter-" + Settings.name(pooling)));
            List<String> texts = texts();
            float[][] logits = trained.classifier().logits(texts);
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < texts.size(); i++) {
                ObjectNode line = JSON.createObjectNode().put("text", texts.get(i));
                ArrayNode values = line.putArray("logits");
                for (float logit : logits[i]) {
                    values.add(logit);
                }
                lines.add(JSON.writeValueAsString(line));
            }
            Files.write(folder.resolve("logits-" + Settings.name(pooling) + ".jsonl"), lines);
        }
    }

    @Test
    void reproducesTheLogitsOfAnAdapterThatPeftWrote() throws IOException {
        Path file = folder.resolve("peft-logits.jsonl");
        Assumptions.assumeTrue(Files.exists(file), file + " is not there: run peft_interop.py make");
        List<String> texts = new ArrayList<>();
        List<float[]> expected = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            JsonNode row = JSON.readTree(line);
            texts.add(row.get("text").asText());
            expected.add(JSON.treeToValue(row.get("logits"), float[].class));
        }
        BaseModel base = BaseModel.load(folder.resolve("base").toString());
        AdapterFolder adapter = AdapterFolder.read(
                folder.resolve("peft-adapter"), List.of("LABEL_0", "LABEL_1", "LABEL_2", "LABEL_3", "LABEL_4"));
        try (TextClassifier classifier = TextClassifier.trained(base.files(), adapter, 512, Device.cpu())) {
            float[][] logits = classifier.logits(texts);
            float largest = 0;
            for (int i = 0; i < logits.length; i++) {
                assertThat(logits[i]).as(texts.get(i)).containsExactly(expected.get(i), within(1e-4f));
                for (int j = 0; j < logits[i].length; j++) {
                    largest = Math.max(largest, Math.abs(logits[i][j] - expected.get(i)[j]));
                }
            }
            System.out.printf("%d rows that PEFT wrote: largest difference %.2e%n", logits.length, largest);
        }
    }

    /** Fifty and more, of many lengths, two beyond what the classifier looks at. */
    private static List<String> texts() {
        List<String> texts = new ArrayList<>();
        for (Example example : ClassifierTrainerTest.examples()) {
            texts.add(example.text());
            texts.add(example.text().toUpperCase(Locale.ROOT) + " 🙏 café");
            texts.add("Hello, " + example.text() + " Thanks in advance!");
        }
        texts.add("");
        texts.add("very long ".repeat(100));
        texts.add("日本語のテキスト ".repeat(30));
        return texts;
    }
}
