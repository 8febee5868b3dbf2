// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.corpus.Conversation;
import dev.graft.model.Adaptation;
import dev.graft.model.Architectures;
import dev.graft.model.HeadKind;
import dev.graft.model.Model;
import dev.graft.model.Modules;
import dev.graft.tokenize.Tokenizer;
import dev.graft.train.data.ChatFormat;
import dev.graft.train.data.LabelledTokens;
import dev.graft.train.objective.NextToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Conversations with SmolLM2-135M-Instruct, where its file is found: what transformers learns of them, by sft_golden.py. */
@EnabledIf(value = "found", disabledReason = "SmolLM2-135M-Instruct.Q4_1.gguf is not here")
class SmolLm2SftTest {
    private static final Path FOLDER = Path.of(System.getProperty("graft.smollm2", "../../shared/models/smollm2"));

    static boolean found() {
        return Files.isRegularFile(FOLDER.resolve("SmolLM2-135M-Instruct.Q4_1.gguf"));
    }

    @Test
    void tokensThatAreLearntAndTheirLossesAreTransformers() throws IOException {
        JsonNode golden = new ObjectMapper()
                .readTree(Path.of("src/test/resources/sft/smollm2.json").toFile());
        ModelFolder files = ModelFolder.read(FOLDER);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
                Tokenizer tokenizer = Tokenizer.whole(files.tokenizer())) {
            Model model = Architectures.build(
                    files.config(),
                    files.configFile(),
                    new Modules(files.weights(), files.configFile(), manager, Adaptation.NONE),
                    HeadKind.CAUSAL_LM);
            ChatFormat format = ChatFormat.of(files, tokenizer);
            NextToken objective = new NextToken(model, manager, 0);
            double all = 0;
            List<LabelledTokens> samples = new ArrayList<>();
            for (JsonNode each : golden.get("cases")) {
                LabelledTokens sample =
                        format.sample(Conversation.of("golden", each, Conversation.Shape.MESSAGES, "messages"));
                assertThat(sample.ids()).isEqualTo(TinyLlama.longs(each.get("ids")));
                List<Long> learnt = new ArrayList<>();
                for (int i = 0; i < sample.tokens(); i++) {
                    if (sample.labels()[i] != LabelledTokens.NONE) {
                        learnt.add((long) i);
                    }
                }
                assertThat(learnt)
                        .containsExactlyElementsOf(java.util.Arrays.stream(TinyLlama.longs(each.get("learnt")))
                                .boxed()
                                .toList());
                double sum = 0;
                for (JsonNode loss : each.get("losses")) {
                    sum += loss.asDouble();
                }
                assertThat(objective.evaluate(List.of(sample)).loss()).isCloseTo(sum / learnt.size(), within(1e-4));
                all += sum;
                samples.add(sample);
            }
            int targets = samples.stream().mapToInt(LabelledTokens::targets).sum();
            assertThat(objective.evaluate(samples).loss()).isCloseTo(all / targets, within(1e-4));
            assertThat(new NextToken(model, manager, 256).evaluate(samples).loss())
                    .isCloseTo(all / targets, within(1e-4));
        }
    }
}
