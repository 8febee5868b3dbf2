// SPDX-License-Identifier: Apache-2.0
package dev.graft.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.graft.augment.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ApertiumTest {
    private static Apertium there;
    private static Apertium back;

    @BeforeAll
    static void start() {
        assumeTrue(Apertium.isInstalled(Pivot.EO), "Apertium's en-eo is not installed: not tested");
        there = new Apertium(Pivot.EO.there(), Pivot.EO.debianPackage());
        back = new Apertium(Pivot.EO.back(), Pivot.EO.debianPackage());
    }

    @AfterAll
    static void stop() {
        if (there != null) {
            there.close();
            back.close();
        }
    }

    @Test
    void aSentenceComesBackWithItsMeaning() {
        assertThat(there.translate(List.of("The dog is big."))).containsExactly("La hundo estas granda.");
        assertThat(back.translate(there.translate(List.of("The dog is big.")))).containsExactly("The dog is big.");
    }

    @Test
    void markupAndOddCharactersComeThroughOneAnswerEach() {
        List<String> sentences = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            sentences.addAll(List.of(
                    "a [b] {c} ^d$ @e",
                    "back\\slash / and <tag> " + i,
                    "",
                    "🙂 emoji 👩‍👩‍👧",
                    "*star #hash",
                    "q\0nul\nline",
                    "é e\u0301",
                    "The parcel [broken] arrived."));
        }
        List<String> translations = there.translate(sentences);
        assertThat(translations).hasSameSizeAs(sentences);
        assertThat(translations.get(3)).contains("🙂").contains("👩‍👩‍👧");
        assertThat(translations.get(0))
                .contains("[")
                .contains("{")
                .contains("^")
                .doesNotContain("\\");
    }

    @Test
    void aSentenceDoesNotDependOnItsNeighbours() {
        List<String> sentences = List.of("I can", "fish swim here.", "They run", "the run was long.");
        List<String> single =
                sentences.stream().map(s -> there.translate(List.of(s)).get(0)).toList();
        assertThat(there.translate(sentences)).isEqualTo(single);
    }

    @Test
    void aKilledProcessIsReplaced() {
        there.translate(List.of("Before."));
        ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().command().orElse("").contains("apertium"))
                .forEach(ProcessHandle::destroyForcibly);
        assertThat(there.translate(List.of("The dog is big."))).containsExactly("La hundo estas granda.");
    }

    @Test
    void whoOwnsTheProcessesEndsThem() throws Exception {
        long before = processes();
        try (Resources owner = new Resources("minilm", Optional.empty())) {
            owner.apertium(Pivot.EO.there(), Pivot.EO.debianPackage()).translate(List.of("The dog is big."));
            Translator again = owner.apertium(Pivot.EO.there(), Pivot.EO.debianPackage());
            again.translate(List.of("The cat is small."));
            assertThat(processes()).isGreaterThan(before);
            owner.close();
            assertThat(processes()).isEqualTo(before);
            assertThat(again.translate(List.of("The dog is big."))).containsExactly("La hundo estas granda.");
        }
        assertThat(processes()).isEqualTo(before);
    }

    /** That run below this one, once those that were killed are gone. */
    private static long processes() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(300);
        return ProcessHandle.current()
                .descendants()
                .filter(ProcessHandle::isAlive)
                .count();
    }

    @Test
    void theVersionNamesProgramAndData() {
        String version = Apertium.version(Pivot.EO.there());
        assertThat(version).matches("lt-proc version \\S+, data [0-9a-f]{64}").isEqualTo(Apertium.version("en-eo"));
        assertThat(Apertium.version(Pivot.EO.back())).isNotEqualTo(version);
    }

    @Test
    void threadsGetTheirOwnAnswers() {
        List<String> texts = IntStream.range(0, 40)
                .mapToObj(i -> "The cat number " + i + " sleeps.")
                .toList();
        List<String> alone = there.translate(texts);
        List<String> together = texts.parallelStream()
                .map(text -> there.translate(List.of(text)).get(0))
                .toList();
        assertThat(together).isEqualTo(alone);
    }

    @Test
    void aMissingPairNamesTheCommand() {
        assertThatThrownBy(() -> new Apertium("en-xx", "apertium-xx"))
                .isInstanceOf(TranslationException.class)
                .hasMessageContaining("apt-get install -y apertium apertium-xx");
    }
}
