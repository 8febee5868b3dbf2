// SPDX-License-Identifier: Apache-2.0
package dev.graft.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What sacreBLEU says: src/test/python/sacrebleu_golden.py. */
class TextMatchTest {
    private static List<String> strings(JsonNode texts) {
        List<String> strings = new ArrayList<>();
        texts.forEach(each -> strings.add(each.asText()));
        return strings;
    }

    @Test
    void scoresAreThoseOfSacreBleu() throws IOException {
        JsonNode cases = new ObjectMapper()
                .readTree(Path.of("src/test/resources/dev/graft/stats/sacrebleu.json")
                        .toFile())
                .get("cases");
        assertThat(cases).hasSizeGreaterThan(20);
        for (JsonNode each : cases) {
            List<String> texts = strings(each.get("texts"));
            List<String> references = strings(each.get("references"));
            assertThat(TextMatch.bleu(texts, references))
                    .as("BLEU of %s", texts)
                    .isCloseTo(each.get("bleu").asDouble(), within(1e-9));
            assertThat(TextMatch.chrF(texts, references))
                    .as("chrF of %s", texts)
                    .isCloseTo(each.get("chrf").asDouble(), within(1e-9));
        }
    }

    /** By src/test/python/rouge_golden.py. */
    @Test
    void rougeIsThatOfRougeScore() throws IOException {
        JsonNode cases = new ObjectMapper()
                .readTree(
                        Path.of("src/test/resources/dev/graft/stats/rouge.json").toFile())
                .get("cases");
        assertThat(cases).hasSizeGreaterThan(30);
        for (JsonNode each : cases) {
            assertThat(TextMatch.rougeL(strings(each.get("texts")), strings(each.get("references"))))
                    .as("ROUGE-L of %s", each.get("texts"))
                    .isCloseTo(each.get("rougeL").asDouble(), within(1e-9));
        }
    }

    @Test
    void aTextIsItsReferenceButForBlanksAtItsEnds() {
        assertThat(TextMatch.exactMatch(List.of(" a b\n", "a  b", "A"), List.of("a b", "a b", "a")))
                .isCloseTo(100 / 3.0, within(1e-9));
    }

    @Test
    void asManyTextsAsReferencesAreNeeded() {
        assertThatThrownBy(() -> TextMatch.bleu(List.of(), List.of())).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> TextMatch.chrF(List.of("a"), List.of())).hasMessageContaining("1 texts and 0");
    }
}
