// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import dev.graft.adapt.AdaptedModel;
import dev.graft.adapt.HeadPlan;
import dev.graft.adapt.Methods;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.config.Settings;
import dev.graft.model.HeadKind;
import dev.graft.nn.Quantization;
import dev.graft.train.data.LabelledTokens;
import dev.graft.train.objective.NextToken;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a step takes of the engine's memory it gives back: as many arrays live after ten steps as before. */
class NativeMemoryTest {
    private static final Path GPT2 = Path.of("..", "pipeline-core", "src", "test", "resources", "tiny-gpt2");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kind = lora|NONE|false",
                "kind = lora|NONE|true",
                "kind = lora, use-dora = true|NONE|false",
                "kind = lora, use-dora = true|NF4|true",
                "kind = lora, init-lora-weights = gradient|NONE|false",
                "kind = lora, lora-dropout = 0.1|NF4|true",
                "kind = lora|INT8|true",
                "kind = ia3|NF4|true",
                "kind = bottleneck|NONE|true",
                "kind = prefix-tuning, num-virtual-tokens = 3|NONE|true",
                "kind = prompt-tuning, num-virtual-tokens = 3|NONE|true",
                "kind = full|NONE|true",
                "kind = full|NONE|false"
            })
    void aStepLeavesNothingBehind(String method, Quantization kept, boolean again) {
        try (AdaptedModel model = new AdaptedModel(
                ModelFolder.read(GPT2),
                HeadPlan.of(HeadKind.CAUSAL_LM),
                Settings.parse(method, Methods::read),
                kept,
                1,
                Device.cpu())) {
            LoopSettings loop = new LoopSettings(1e-3, Schedule.Kind.LINEAR, 0, 0, 1, 2, 0, 24, 0, 0, 0, again);
            Trainer<LabelledTokens> trainer = new Trainer<>(
                    loop,
                    Learner.of(model),
                    new NextToken(model.model(), model.manager(), 0),
                    rows(),
                    List.of(),
                    20,
                    1,
                    Progress.SILENT);
            int before = model.manager().getManagedArrays().size();
            TrainState state = trainer.run(trainer.start(), 2);
            trainer.run(state, 10);
            assertThat(model.manager().getManagedArrays()).hasSize(before);
        }
    }

    private static List<LabelledTokens> rows() {
        List<LabelledTokens> rows = new ArrayList<>();
        for (int row = 0; row < 9; row++) {
            int from = row;
            long[] ids =
                    LongStream.range(0, 5 + row).map(i -> (from + i * 3) % 40).toArray();
            long[] labels = ids.clone();
            labels[0] = LabelledTokens.NONE;
            rows.add(new LabelledTokens("row " + row, ids, labels));
        }
        return rows;
    }
}
