// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.augment.Augmented;
import dev.graft.augment.Edit;
import dev.graft.augment.Resources;
import dev.graft.config.ConfigException;
import dev.graft.config.Settings;
import dev.graft.corpus.Document;
import dev.graft.corpus.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The filter by an adapter that PEFT wrote, whose logits PEFT computed. */
class LabelAgreementTest {
    private static final String ADAPTERS = "src/test/resources/adapters/";

    private static Filter filter(String adapter, String more) {
        return Settings.parse(
                        "label { adapter = " + ADAPTERS + adapter + ", " + more + " }",
                        filters -> LabelAgreement.read(filters).orElseThrow())
                .make(new Resources("src/test/resources/tiny-bert", Optional.empty()));
    }

    private static Augmented copy(String text, @Nullable String label) {
        return Augmented.of(new Document("d7", "x", label), "o", 0, 1, List.of(new Edit(0, 1, text)));
    }

    @Test
    void scoresAreTheProbabilitiesThatPeftGives() throws IOException {
        for (String adapter : List.of("rslora", "patterns", "pissa", "dora")) {
            JsonNode golden = new ObjectMapper()
                    .readTree(Path.of(ADAPTERS, adapter, "golden.json").toFile());
            Filter filter = filter(adapter, "labels = [refund, praise, other]");
            for (int row = 0; row < 3; row++) {
                JsonNode logits = golden.get("logits").get(row);
                double sum = 0;
                for (JsonNode logit : logits) {
                    sum += Math.exp(logit.asDouble());
                }
                double expected = Math.exp(logits.get(1).asDouble()) / sum;
                String text = golden.get("texts").get(row).asText();
                assertThat(filter.score(copy(text, "praise")))
                        .as("%s: %s", adapter, text)
                        .isCloseTo(expected, within(1e-4));
            }
        }
    }

    @Test
    void aLabelThatTheAdapterDoesNotKnowIsNamed() {
        Filter filter = filter("plain", "labels = [refund, praise, other]");
        assertThat(filter.score(copy("hello", null))).isEqualTo(1);
        assertThatThrownBy(() -> filter.score(copy("hello", "Refund")))
                .isInstanceOf(InputException.class)
                .hasMessageContainingAll("document d7", "\"Refund\"", "[refund, praise, other]");
    }

    @Test
    void whatIsWrongWithAnAdapterIsSaidWhenTheConfigurationIsRead() {
        assertThatThrownBy(() -> filter("plain", "min = 0.2"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("label.adapter", "does not name the classes");
        assertThatThrownBy(() -> filter("plain", "labels = [a, b]"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("one row a class");
        assertThatThrownBy(() -> filter("", "labels = [a, b]"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("has no adapter_config.json");
    }
}
