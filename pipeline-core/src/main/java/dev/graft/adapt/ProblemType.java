// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import java.util.Locale;

/** What the logits of a head for texts mean, by the names of transformers' {@code problem_type}. */
public enum ProblemType {
    /** One class of several: a softmax over all. */
    SINGLE_LABEL_CLASSIFICATION,
    /** Any of several labels: a sigmoid of each. */
    MULTI_LABEL_CLASSIFICATION,
    /** A number: the only logit itself. */
    REGRESSION;

    /** As transformers writes it. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
