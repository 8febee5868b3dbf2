// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import dev.graft.augment.Augmented;
import dev.graft.augment.Edit;
import dev.graft.corpus.Document;
import dev.graft.corpus.Span;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What became of one copy of one document.
 *
 * @param operator name of the augmenter
 * @param copy number of the copy, from 0
 * @param seed the copy's own seed
 * @param fate what happened
 * @param reason why it was dropped or what failed; empty otherwise
 * @param source the document
 * @param candidate the copy; null where there is none
 * @param scores of the filters that were asked, by name
 * @param message of a failure; empty otherwise
 */
record Outcome(
        String operator,
        int copy,
        long seed,
        Fate fate,
        String reason,
        Document source,
        @Nullable Augmented candidate,
        Map<String, Double> scores,
        String message) {

    /** The four things that can become of a copy. */
    enum Fate {
        KEPT,
        DROPPED,
        UNCHANGED,
        FAILED
    }

    static Outcome kept(Augmented copy) {
        return new Outcome(copy.operator(), copy.copy(), copy.seed(), Fate.KEPT, "", copy.source(), copy, Map.of(), "");
    }

    static Outcome unchanged(String operator, int copy, long seed, Document source) {
        return new Outcome(operator, copy, seed, Fate.UNCHANGED, "", source, null, Map.of(), "");
    }

    static Outcome failed(String operator, int copy, long seed, Document source, RuntimeException error) {
        String reason = error.getClass().getSimpleName();
        return new Outcome(operator, copy, seed, Fate.FAILED, reason, source, null, Map.of(), error.toString());
    }

    Outcome dropped(String why) {
        return new Outcome(operator, copy, seed, Fate.DROPPED, why, source, candidate, scores, message);
    }

    Outcome scored(String filter, double score) {
        Map<String, Double> all = Map.of(filter, score);
        if (!scores.isEmpty()) {
            all = new TreeMap<>(scores);
            all.put(filter, score);
        }
        return new Outcome(operator, copy, seed, fate, reason, source, candidate, all, message);
    }

    /** {@code <source id>#<operator>-<copy>}. */
    String id() {
        return source.id() + "#" + operator + "-" + copy;
    }

    /** Which of the copies with one text stays: the least, whatever the order in which they are met. */
    long rank() {
        return Kind.COPY.rank(id());
    }

    /** The new text; the source's where nothing was made of it. */
    String text() {
        return candidate == null ? source.text() : candidate.text();
    }

    List<Edit> edits() {
        return candidate == null ? List.of() : candidate.edits();
    }

    /** Annotated spans, where they lie in {@link #text()}. */
    List<Span> spans() {
        return candidate == null ? source.spans() : candidate.spans();
    }

    double intensity() {
        return candidate == null ? 0 : candidate.intensity();
    }
}
