// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.checkpoint.BaseModel;
import dev.graft.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Against transformers: golden.json was written by src/test/python/tiny_bert.py with the model beside it. */
class MaskedLmTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "tiny-bert");

    @Test
    void givesTheLogitsOfTransformersAloneAndInABatch() throws IOException {
        JsonNode golden =
                new ObjectMapper().readTree(FOLDER.resolve("golden.json").toFile());
        try (MaskedLm model = new MaskedLm(BaseModel.load(FOLDER.toString()))) {
            List<String> texts = golden.findValuesAsText("text");
            float[][] batch = model.logits(texts);
            for (int i = 0; i < texts.size(); i++) {
                float[] alone = model.logits(List.of(texts.get(i)))[0];
                JsonNode expected = golden.get(i).get("logits");
                assertThat(expected).hasSize(alone.length);
                for (int id = 0; id < alone.length; id++) {
                    assertThat(alone[id]).isCloseTo((float) expected.get(id).asDouble(), within(1e-4f));
                    assertThat(batch[i][id]).isCloseTo(alone[id], within(1e-4f));
                }
            }
        }
    }

    @Test
    void candidatesAreWholeWordsLikeliestFirst() {
        try (MaskedLm model = new MaskedLm(BaseModel.load(FOLDER.toString()))) {
            List<MaskedLm.Candidate> candidates =
                    model.candidates(List.of("Where is my [MASK]?"), 10).get(0);
            assertThat(candidates)
                    .hasSize(10)
                    .allMatch(each -> each.word().codePoints().allMatch(Character::isLetter))
                    .isSortedAccordingTo((a, b) -> Double.compare(b.probability(), a.probability()));
        }
    }

    @Test
    void aTextWithoutAMaskAndAModelWithoutAHeadAreNamed() {
        try (MaskedLm model = new MaskedLm(BaseModel.load(FOLDER.toString()))) {
            assertThatThrownBy(() -> model.candidates(List.of("no mask"), 3))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("\"no mask\" has no [MASK]");
        }
        assertThatThrownBy(() -> new MaskedLm(BaseModel.load(BaseModel.MINILM)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("cls.predictions");
    }
}
