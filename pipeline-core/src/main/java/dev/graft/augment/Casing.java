// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import java.util.Locale;

/** Puts a word into the case of the one that it replaces. */
final class Casing {
    private Casing() {}

    /** "CAR" for "PHONE", "Car" for "Phone", "car" for "phone". */
    static String like(String word, String replaced) {
        if (replaced.length() > 1 && replaced.equals(replaced.toUpperCase(Locale.ROOT))) {
            return word.toUpperCase(Locale.ROOT);
        }
        return !word.isEmpty() && Character.isUpperCase(replaced.charAt(0))
                ? Character.toUpperCase(word.charAt(0)) + word.substring(1)
                : word;
    }
}
