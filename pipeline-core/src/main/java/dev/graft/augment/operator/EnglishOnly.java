// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.text.AnalyzedText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.random.RandomGenerator;

/** An operator that knows English only, and leaves a text in another language as it is. */
record EnglishOnly(Augmenter augmenter) implements Augmenter {
    private static final String NOT_ENGLISH = "not-english";

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return text.isEnglish() ? augmenter.edits(text, random) : List.of();
    }

    @Override
    public Proposal proposal(AnalyzedText text, RandomGenerator random) {
        return text.isEnglish() ? augmenter.proposal(text, random) : Proposal.of(List.of());
    }

    @Override
    public List<List<Edit>> edits(AnalyzedText text, List<RandomGenerator> randoms) {
        return text.isEnglish()
                ? augmenter.edits(text, randoms)
                : randoms.stream().map(random -> List.<Edit>of()).toList();
    }

    @Override
    public List<List<Proposal>> proposals(List<Asked> documents) {
        List<Asked> english = new ArrayList<>(documents.size());
        for (Asked each : documents) {
            if (each.text().isEnglish()) {
                english.add(each);
            }
        }
        if (english.size() == documents.size()) {
            return augmenter.proposals(documents);
        }
        Iterator<List<Proposal>> made = augmenter.proposals(english).iterator();
        List<List<Proposal>> all = new ArrayList<>(documents.size());
        for (Asked each : documents) {
            all.add(
                    each.text().isEnglish()
                            ? made.next()
                            : Collections.nCopies(each.seeds().length, Proposal.of(List.of())));
        }
        return all;
    }

    @Override
    public String abstains(AnalyzedText text) {
        return text.isEnglish() ? "" : NOT_ENGLISH;
    }

    @Override
    public boolean editsSpans() {
        return augmenter.editsSpans();
    }
}
