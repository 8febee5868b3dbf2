// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import dev.graft.model.HeadKind;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * The head that a model is built with.
 *
 * @param labels names of the classes or logits of a new head; empty where the head is none of classes, or the checkpoint's
 * @param problem what the logits of a head for texts mean
 * @param pooling what a head for texts sees; what transformers' class of the family looks at where it is empty
 */
public record HeadPlan(HeadKind kind, List<String> labels, ProblemType problem, Optional<Pooling> pooling) {
    public HeadPlan {
        labels = List.copyOf(labels);
        boolean classes = kind == HeadKind.SEQUENCE || kind == HeadKind.TOKENS;
        if (new HashSet<>(labels).size() < labels.size() || !labels.isEmpty() && !classes) {
            throw new IllegalArgumentException("labels are " + labels + "; allowed are names, each once"
                    + (classes ? "" : ", and none with the head " + kind));
        }
        if (problem == ProblemType.REGRESSION && labels.size() != 1) {
            throw new IllegalArgumentException("labels are " + labels + "; allowed with regression is one");
        }
    }

    /** Of classes where there are labels, else the checkpoint's. */
    public static HeadPlan of(HeadKind kind, List<String> labels) {
        return new HeadPlan(kind, labels, ProblemType.SINGLE_LABEL_CLASSIFICATION, Optional.empty());
    }

    /** Of a language model, or the checkpoint's. */
    public static HeadPlan of(HeadKind kind) {
        return of(kind, List.of());
    }

    /**
     * For texts.
     *
     * @param labels names of the logits; one of a regression
     */
    public static HeadPlan ofTexts(List<String> labels, ProblemType problem) {
        return new HeadPlan(HeadKind.SEQUENCE, labels, problem, Optional.empty());
    }

    /** For the classes of texts, of which it sees what is asked for. */
    public static HeadPlan pooled(List<String> labels, Pooling pooling) {
        return new HeadPlan(HeadKind.SEQUENCE, labels, ProblemType.SINGLE_LABEL_CLASSIFICATION, Optional.of(pooling));
    }

    boolean isOfClasses() {
        return kind == HeadKind.SEQUENCE || kind == HeadKind.TOKENS;
    }
}
