// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import dev.graft.random.Seeds;
import dev.graft.text.AnalyzedText;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Proposes edits of a text. Implementations are immutable and shared by threads. */
public interface Augmenter {
    /**
     * Edits in order that do not overlap each other or a protected span; empty where nothing can be changed.
     *
     * @param random the only source of randomness: the same state gives the same edits
     */
    List<Edit> edits(AnalyzedText text, RandomGenerator random);

    /** A text and the seeds of the copies that are asked for. */
    record Asked(AnalyzedText text, long[] seeds) {
        public List<RandomGenerator> randoms() {
            List<RandomGenerator> randoms = new ArrayList<>(seeds.length);
            for (long seed : seeds) {
                randoms.add(Seeds.random(seed));
            }
            return randoms;
        }
    }

    /**
     * What is proposed for one copy.
     *
     * @param failure why there is nothing; null where there are edits, be they none
     * @param dropped why the copy is not to be kept, as a filter names a reason; empty where it may be
     */
    record Proposal(List<Edit> edits, @Nullable RuntimeException failure, String dropped) {
        public static Proposal of(List<Edit> edits) {
            return new Proposal(edits, null, "");
        }

        public static Proposal failed(RuntimeException failure) {
            return new Proposal(List.of(), failure, "");
        }

        /** Of each copy by itself: where one fails, the others need not. */
        public static List<Proposal> each(Asked document, BiFunction<AnalyzedText, RandomGenerator, Proposal> one) {
            List<Proposal> proposals = new ArrayList<>(document.seeds.length);
            for (RandomGenerator random : document.randoms()) {
                try {
                    proposals.add(one.apply(document.text, random));
                } catch (RuntimeException e) {
                    proposals.add(failed(e));
                }
            }
            return proposals;
        }
    }

    /**
     * For each copy of several documents what is proposed: an operator whose model works in batches has them across documents. What
     * a document gets does not depend on the others, and where one copy fails, the others need not.
     */
    default List<List<Proposal>> proposals(List<Asked> documents) {
        List<List<Proposal>> all = new ArrayList<>(documents.size());
        for (Asked each : documents) {
            all.add(proposals(each));
        }
        return all;
    }

    private List<Proposal> proposals(Asked document) {
        try {
            return edits(document.text, document.randoms()).stream()
                    .map(Proposal::of)
                    .toList();
        } catch (RuntimeException ofSome) {
            return Proposal.each(document, this::proposal);
        }
    }

    /** What is proposed for one copy: as {@link #edits(AnalyzedText, RandomGenerator)}, with why it is not to be kept. */
    default Proposal proposal(AnalyzedText text, RandomGenerator random) {
        return Proposal.of(edits(text, random));
    }

    /** The edits of several copies of one document. */
    default List<List<Edit>> edits(AnalyzedText text, List<RandomGenerator> randoms) {
        List<List<Edit>> all = new ArrayList<>(randoms.size());
        for (RandomGenerator random : randoms) {
            all.add(edits(text, random));
        }
        return all;
    }

    /**
     * What one part of an operator made of the text as it was then.
     *
     * @param operator name of the part
     * @param edits of {@code text}
     * @param undone why they were taken back, as a filter names a reason; empty where they stand
     */
    record Stage(String operator, String text, List<Edit> edits, String undone) {}

    /** How {@link #edits(AnalyzedText, RandomGenerator)} came about, part by part; empty of an operator that has no parts. */
    default List<Stage> stages(AnalyzedText text, RandomGenerator random) {
        return List.of();
    }

    /** Why it leaves a text alone whatever is drawn, as a filter names a reason; empty where it does not. */
    default String abstains(AnalyzedText text) {
        return "";
    }

    /**
     * What becomes of annotated spans: an operator that answers true may edit within them, and their labels follow
     * ({@link Edit#project}); others leave their text alone.
     */
    default boolean editsSpans() {
        return false;
    }
}
