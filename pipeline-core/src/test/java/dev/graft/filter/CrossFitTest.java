// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.augment.Augmented;
import dev.graft.augment.Edit;
import dev.graft.augment.Resources;
import dev.graft.config.Settings;
import dev.graft.corpus.Document;
import dev.graft.task.FoldProbes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrossFitTest {
    private static final List<String> REFUNDS = List.of(
            "I want my money back",
            "please refund this payment",
            "when do I get the refund",
            "the money was not returned to my card",
            "return what I paid, please");
    private static final List<String> PASSWORDS = List.of(
            "I forgot my password",
            "the login does not accept my password",
            "how do I reset the password",
            "my account is locked after the login",
            "I can not log in to my account");

    @TempDir
    private static Path folder;

    private static Filter filter;

    @BeforeAll
    static void fit() throws IOException {
        Resources model = new Resources("minilm", Optional.empty());
        List<Document> rows = new ArrayList<>();
        for (int i = 0; i < REFUNDS.size(); i++) {
            rows.add(new Document("r" + i, REFUNDS.get(i), "refund"));
            rows.add(new Document("p" + i, PASSWORDS.get(i), "password"));
        }
        List<float[]> embeddings =
                model.encoder().embed(rows.stream().map(Document::text).toList());
        Path file = Files.write(
                folder.resolve("probes.json"),
                FoldProbes.fit(rows, embeddings, 5).json());
        filter = Settings.parse("cross-fit { }", FilterSettings::read).stream()
                .filter(factory -> !factory.isCheap())
                .findFirst()
                .orElseThrow()
                .make(new Resources("minilm", Optional.empty(), Optional.of(file)));
    }

    private static double score(@Nullable String label, String source, String copy) {
        Document document = new Document("d", source, label);
        return filter.score(Augmented.of(document, "o", 0, 1, List.of(new Edit(0, source.length(), copy))));
    }

    @Test
    void aCopyThatMovedToAnotherClassIsDropped() {
        double moved = score("refund", "please give my money back", "please give my password back, the login fails");
        assertThat(filter.judge(moved)).isEqualTo(new Verdict.Drop("cross-fit-other"));
        double stayed = score("refund", "please give my money back", "kindly give my money back");
        assertThat(filter.judge(stayed)).isEqualTo(Verdict.KEEP);
        assertThat(stayed).isLessThan(moved);
    }

    @Test
    void aCopyAsHardAsItsSourceStays() {
        double hard = score(
                "refund", "the login takes my password but not my money", "the login took my password, not money");
        assertThat(filter.judge(hard)).isEqualTo(Verdict.KEEP);
        assertThat(score(null, "any text", "my password")).isZero();
    }

    @Test
    void aRowIsJudgedByAFoldThatHasNotLearntFromIt() {
        List<Document> rows = new ArrayList<>();
        List<float[]> embeddings = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            rows.add(new Document("d" + i, "t", i % 2 == 0 ? "a" : "b"));
            embeddings.add(i % 2 == 0 ? new float[] {1, 0} : new float[] {0, 1});
        }
        FoldProbes right = FoldProbes.fit(rows, embeddings, 5);
        Document own = new Document("d0", "t", "b");
        List<Document> poisoned = new ArrayList<>(rows);
        poisoned.set(0, own);
        FoldProbes wrong = FoldProbes.fit(poisoned, embeddings, 5);
        assertThat(wrong.folds().stream()
                        .filter(fold -> right.folds().stream()
                                .anyMatch(other -> Arrays.equals(other.weights(), fold.weights()))))
                .as("one fold, its own, does not know of the wrong label")
                .hasSize(1);
    }

    @Test
    void withoutClassifiersOrClassesItSaysSo() {
        assertThatThrownBy(() -> new Resources("minilm", Optional.empty()).foldProbes())
                .hasMessageContaining("augment again");
        assertThatThrownBy(() -> FoldProbes.fit(List.of(new Document("d", "t", "a")), List.of(new float[] {1, 0}), 5))
                .hasMessageContaining("needs 2 classes");
        assertThatThrownBy(() -> Settings.parse("cross-fit { max = 2 }", FilterSettings::read))
                .hasMessageContaining("cross-fit.max: given 2");
    }
}
