// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.candidate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Copies;
import dev.graft.augment.Edit;
import dev.graft.corpus.Document;
import dev.graft.jobs.augment.candidate.Candidate.Fate;
import dev.graft.jobs.augment.candidate.CandidateMaker.NamedAugmenter;
import dev.graft.text.AnalyzedText;
import dev.graft.text.TextAnalyzer;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CandidateMakerTest {
    /** Puts a letter in front; fails for all that are asked for at once where one text says so. */
    private static final Augmenter FRAGILE = new Augmenter() {
        @Override
        public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
            return List.of(new Edit(0, 0, String.valueOf((char) ('a' + random.nextInt(26)))));
        }

        @Override
        public List<List<Proposal>> proposals(List<Asked> documents) {
            if (documents.stream().anyMatch(each -> each.text().text().contains("bad"))) {
                throw new IllegalStateException("a bad text");
            }
            return Augmenter.super.proposals(documents);
        }
    };

    private static CandidateMaker maker() {
        return new CandidateMaker(
                7,
                new TextAnalyzer()::analyze,
                List.of(new NamedAugmenter("fragile", Copies.of(2), FRAGILE)),
                Map.of(),
                List.of());
    }

    private static List<Document> documents(String... texts) {
        return Stream.of(texts).map(text -> new Document(text, text, null)).toList();
    }

    @Test
    void oneDocumentsFaultIsNotTheOthers() {
        List<List<Candidate>> made = maker().outcomes(documents("good", "bad", "fine"));
        assertThat(made.get(0)).extracting(Candidate::fate).containsOnly(Fate.KEPT);
        assertThat(made.get(1)).hasSize(2).allSatisfy(failed -> {
            assertThat(failed.fate()).isEqualTo(Fate.FAILED);
            assertThat(failed.message()).contains("a bad text");
        });
        assertThat(made.get(2)).extracting(Candidate::fate).containsOnly(Fate.KEPT);
    }

    @Test
    void aDocumentGetsTheSameAloneAndAmongOthers() {
        List<Document> documents = documents("one", "two", "three");
        assertThat(maker().outcomes(documents))
                .isEqualTo(documents.stream().map(maker()::outcomes).toList());
    }
}
