// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import java.util.random.RandomGenerator;

/** Letters to put into a word. */
public final class Letters {
    private Letters() {}

    /**
     * A letter from a to z, in the word's script; in another script one that the word has already. Large in a word of
     * capitals, else small.
     */
    public static String any(String word, RandomGenerator random) {
        int own = word.codePointAt(0);
        if (Character.UnicodeScript.of(own) == Character.UnicodeScript.LATIN) {
            return String.valueOf((char) ((Casing.isCapitals(word) ? 'A' : 'a') + random.nextInt(26)));
        }
        int[] letters = word.codePoints().filter(Character::isLetter).toArray();
        int letter = letters[random.nextInt(letters.length)];
        return Character.toString(Casing.isCapitals(word) ? letter : Character.toLowerCase(letter));
    }
}
