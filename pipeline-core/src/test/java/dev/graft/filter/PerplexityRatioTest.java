// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.augment.Augmented;
import dev.graft.augment.Edit;
import dev.graft.augment.Resources;
import dev.graft.config.ConfigException;
import dev.graft.config.Settings;
import dev.graft.corpus.Document;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PerplexityRatioTest {
    private static final String MODEL = "model = src/test/resources/tiny-gpt2";
    private static final Filter FILTER = filter("perplexity { " + MODEL + " }").orElseThrow();

    private static Optional<Filter> filter(String section) {
        return Settings.parse(section, PerplexityRatio::read)
                .map(factory -> factory.make(new Resources("minilm", Optional.empty())));
    }

    private static Augmented copy(String source, String text) {
        return Augmented.of(new Document("d", source, null), "o", 0, 1, List.of(new Edit(0, source.length(), text)));
    }

    @Test
    void aScrambledCopyIsDroppedAndAFluentOneKept() {
        String source = "we were very happy with the camera.";
        double fluent = FILTER.score(copy(source, "we were very glad with the radio."));
        double scrambled = FILTER.score(copy(source, "camera with happy the we very were."));
        assertThat(fluent).isBetween(0.5, 2.0);
        assertThat(scrambled).isGreaterThan(10);
        assertThat(FILTER.judge(fluent)).isEqualTo(Verdict.KEEP);
        assertThat(FILTER.judge(scrambled)).isEqualTo(new Verdict.Drop("perplexity-high"));
        assertThat(FILTER.score(copy(source, source))).isEqualTo(1);
    }

    @Test
    void copiesOfOneSourceAreScoredTogether() {
        String source = "the children played outside.";
        List<Augmented> copies = List.of(
                copy(source, "the girls played outside."),
                copy(source, "outside the children played ".repeat(30)),
                copy(source, ""),
                copy(source, "x"));
        double[] together = FILTER.scores(copies);
        assertThat(together).hasSize(4);
        for (int i = 0; i < together.length; i++) {
            assertThat(together[i]).isEqualTo(FILTER.score(copies.get(i)));
        }
        assertThat(together[2]).isEqualTo(1);
        assertThat(together[3]).isEqualTo(1);
        assertThat(FILTER.score(copy("", "the children played outside."))).isEqualTo(1);
    }

    @Test
    void theFilterIsOffUntilAModelIsNamed() {
        assertThat(filter("")).isEmpty();
        assertThat(filter("perplexity { max = 3 }")).isEmpty();
        assertThat(filter("perplexity { max = 3, " + MODEL + " }").orElseThrow().judge(2.5))
                .isEqualTo(Verdict.KEEP);
        assertThat(FILTER.judge(2)).isEqualTo(Verdict.KEEP);
        assertThat(FILTER.judge(2.0001)).isNotEqualTo(Verdict.KEEP);
        assertThat(FILTER.name()).isEqualTo("perplexity");
    }

    @Test
    void badSettingsAreNamed() {
        assertThatThrownBy(() -> filter("perplexity { max = 0, model = nowhere }"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll(
                        "perplexity.max: given 0; allowed is a number from",
                        "perplexity.model: given \"nowhere\"; allowed is a folder that can be read");
    }
}
