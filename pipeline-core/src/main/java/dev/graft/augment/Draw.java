// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/** Draws from lists. */
final class Draw {
    private Draw() {}

    /** EDA's number of words to change: {@code max(1, alpha * words)}, and 0 where alpha is 0 (section 2). */
    static int count(double alpha, int words) {
        return alpha == 0 || words == 0 ? 0 : Math.max(1, (int) (alpha * words));
    }

    static <T> T one(List<T> from, RandomGenerator random) {
        return from.get(random.nextInt(from.size()));
    }

    /** All elements, in random order (Fisher-Yates). */
    static <T> List<T> shuffled(List<T> from, RandomGenerator random) {
        List<T> shuffled = new ArrayList<>(from);
        for (int i = shuffled.size() - 1; i > 0; i--) {
            Collections.swap(shuffled, i, random.nextInt(i + 1));
        }
        return shuffled;
    }

    /** An alpha or rate within bounds, or an error that names it. */
    static double share(String operator, String parameter, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(
                    operator + ": " + parameter + " is " + value + "; allowed is a share from 0 to 1");
        }
        return value;
    }
}
