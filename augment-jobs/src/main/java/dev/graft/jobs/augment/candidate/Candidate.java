// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.candidate;

import dev.graft.augment.Augmented;
import dev.graft.augment.CopyException;
import dev.graft.augment.Edit;
import dev.graft.corpus.Document;
import dev.graft.corpus.Span;
import dev.graft.jobs.augment.schema.RowKind;
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
 * @param reason why it was dropped, what failed, or why the operator leaves such a text alone; empty otherwise
 * @param source the document
 * @param augmented the copy; null where there is none
 * @param scores of the filters that were asked, by name
 * @param message of a failure; empty otherwise
 */
public record Candidate(
        String operator,
        int copy,
        long seed,
        Fate fate,
        String reason,
        Document source,
        @Nullable Augmented augmented,
        Map<String, Double> scores,
        String message) {

    /** The four things that can become of a copy. */
    public enum Fate {
        KEPT,
        DROPPED,
        UNCHANGED,
        FAILED
    }

    public static Candidate kept(Augmented copy) {
        return new Candidate(
                copy.operator(), copy.copy(), copy.seed(), Fate.KEPT, "", copy.source(), copy, Map.of(), "");
    }

    public static Candidate unchanged(String operator, int copy, long seed, String reason, Document source) {
        return new Candidate(operator, copy, seed, Fate.UNCHANGED, reason, source, null, Map.of(), "");
    }

    public static Candidate failed(String operator, int copy, long seed, Document source, RuntimeException error) {
        return error instanceof CopyException said
                ? failed(operator, copy, seed, source, said.reason(), String.valueOf(said.getMessage()))
                : failed(operator, copy, seed, source, error.getClass().getSimpleName(), error.toString());
    }

    public static Candidate failed(
            String operator, int copy, long seed, Document source, String reason, String message) {
        return new Candidate(operator, copy, seed, Fate.FAILED, reason, source, null, Map.of(), message);
    }

    public Candidate dropped(String why) {
        return new Candidate(operator, copy, seed, Fate.DROPPED, why, source, augmented, scores, message);
    }

    public Candidate scored(String filter, double score) {
        Map<String, Double> all = Map.of(filter, score);
        if (!scores.isEmpty()) {
            all = new TreeMap<>(scores);
            all.put(filter, score);
        }
        return new Candidate(operator, copy, seed, fate, reason, source, augmented, all, message);
    }

    /** With the scores that an earlier run gave it. */
    public Candidate scored(Map<String, Double> known) {
        return new Candidate(operator, copy, seed, fate, reason, source, augmented, known, message);
    }

    /** {@code <source id>#<operator>-<copy>}. */
    public String id() {
        return source.id() + "#" + operator + "-" + copy;
    }

    /** Which of the copies with one text stays: the least, whatever the order in which they are met. */
    public long rank() {
        return RowKind.COPY.rank(id());
    }

    /** The new text; the source's where nothing was made of it. */
    public String text() {
        return augmented == null ? source.text() : augmented.text();
    }

    public List<Edit> edits() {
        return augmented == null ? List.of() : augmented.edits();
    }

    /** Annotated spans, where they lie in {@link #text()}. */
    public List<Span> spans() {
        return augmented == null ? source.spans() : augmented.spans();
    }

    public double intensity() {
        return augmented == null ? 0 : augmented.intensity();
    }
}
