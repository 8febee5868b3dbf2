// SPDX-License-Identifier: Apache-2.0
package dev.graft.corpus;

import java.util.Locale;

/** The part of a corpus that a document belongs to. Only {@link #TRAIN} is augmented. */
public enum Split {
    TRAIN,
    VALIDATION,
    TEST;

    /** The value in the {@code split} column. */
    public String column() {
        return name().toLowerCase(Locale.ROOT);
    }
}
