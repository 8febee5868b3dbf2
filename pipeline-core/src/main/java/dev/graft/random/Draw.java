// SPDX-License-Identifier: Apache-2.0
package dev.graft.random;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/** Draws from lists. */
public final class Draw {
    private Draw() {}

    public static <T> T one(List<T> from, RandomGenerator random) {
        return from.get(random.nextInt(from.size()));
    }

    /** Elements drawn without replacement, {@code wanted} of them. */
    @SuppressWarnings("unchecked")
    public static <T> List<T> some(List<T> from, int wanted, RandomGenerator random) {
        if (wanted == 0) {
            return List.of();
        }
        T[] pool = (T[]) from.toArray();
        for (int i = 0; i < wanted; i++) {
            int drawn = i + random.nextInt(pool.length - i);
            T chosen = pool[drawn];
            pool[drawn] = pool[i];
            pool[i] = chosen;
        }
        return Arrays.asList(pool).subList(0, wanted);
    }

    /** All elements, in random order (Fisher-Yates). */
    public static <T> List<T> shuffled(List<T> from, RandomGenerator random) {
        List<T> shuffled = new ArrayList<>(from);
        for (int i = shuffled.size() - 1; i > 0; i--) {
            Collections.swap(shuffled, i, random.nextInt(i + 1));
        }
        return shuffled;
    }
}
