// SPDX-License-Identifier: Apache-2.0
package dev.graft.translate;

/** A language to translate English into and back from, with the Apertium pair that does it. */
public enum Pivot {
    /** Esperanto: keeps the most meaning; drops "a" and "an". */
    EO("apertium-eo-en", "en-eo", "eo-en"),
    /** Spanish. */
    ES("apertium-eng-spa", "eng-spa", "spa-eng");

    private final String debianPackage;
    private final String there;
    private final String back;

    Pivot(String debianPackage, String there, String back) {
        this.debianPackage = debianPackage;
        this.there = there;
        this.back = back;
    }

    /** The package that holds the pair. */
    public String debianPackage() {
        return debianPackage;
    }

    /** Apertium's mode from English. */
    public String there() {
        return there;
    }

    /** Apertium's mode into English. */
    public String back() {
        return back;
    }
}
