// SPDX-License-Identifier: Apache-2.0
package dev.graft.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import dev.graft.checkpoint.BaseModel;
import dev.graft.checkpoint.ModelFolder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeanStatesTest {
    private static final List<String> TEXTS = List.of("one two", "count one two three and go on", "one");

    @Test
    void aDecodersTextsHaveVectorsOfLengthOneWhateverStandsBesideThem() {
        ModelFolder files = ModelFolder.read(Path.of("src", "test", "resources", "tiny-gpt2"));
        try (MeanStates states = new MeanStates(files, 16, Device.cpu())) {
            List<float[]> together = states.of(TEXTS);
            for (int i = 0; i < TEXTS.size(); i++) {
                double square = 0;
                for (float value : together.get(i)) {
                    square += value * value;
                }
                assertThat(square).isCloseTo(1, within(1e-5));
                assertThat(states.of(List.of(TEXTS.get(i))).get(0)).containsExactly(together.get(i), within(1e-5f));
            }
            assertThat(together.get(0)).isNotEqualTo(together.get(2));
        }
    }

    @Test
    void ofAnEncoderTheyAreItsSentenceEmbeddings() {
        BaseModel base = BaseModel.load(BaseModel.MINILM);
        try (MeanStates states = new MeanStates(base.files(), 32, Device.cpu());
                SentenceEncoder encoder = new SentenceEncoder(base, 32)) {
            assertThat(states.of(TEXTS).get(1)).containsExactly(encoder.embed(TEXTS.get(1)), within(1e-5f));
        }
    }
}
