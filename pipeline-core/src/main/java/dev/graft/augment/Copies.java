// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import dev.graft.config.Settings;
import dev.graft.random.Seeds;
import java.io.Serializable;

/**
 * How many copies are made: as many of each document, or so many of each class, which gives more to those of a rare one.
 *
 * @param each of a document, from 1 to {@value #MOST}
 * @param perClass of all documents of a class together, on average; 0 where {@code each} says it
 */
public record Copies(int each, int perClass) implements Serializable {
    /** Of one document. */
    public static final int MOST = 1000;

    private static final int MOST_OF_A_CLASS = 10_000_000;

    /** As many of each document. */
    public static Copies of(int each) {
        return new Copies(each, 0);
    }

    /** {@code copies}, a number (default 1) or a section with {@code per-class}. */
    public static Copies read(Settings section) {
        if (!section.isSection("copies")) {
            return of(section.integer("copies", 1, 1, MOST));
        }
        Settings copies = section.section("copies");
        if (!copies.has("per-class")) {
            copies.problem("per-class", "a whole number from 1 to " + MOST_OF_A_CLASS, 1);
        }
        return new Copies(1, copies.integer("per-class", 1, 1, MOST_OF_A_CLASS));
    }

    /** Of an operator whose parts make copies of their own. */
    public Copies times(int parts) {
        return new Copies(each * parts, perClass * parts);
    }

    /**
     * Of one document: its share of those of its class, and the rest by a draw of its own, so that it hangs on no other
     * document. At most {@value #MOST}.
     *
     * @param rows documents of its class, at least 1
     * @param document seed of the document, see {@link Seeds#document}
     * @param step name of what makes the copies
     */
    public int of(long rows, long document, String step) {
        if (perClass == 0) {
            return each;
        }
        double share = Math.min(MOST, (double) perClass / rows);
        int whole = (int) share;
        double draw =
                share == whole ? 1 : Seeds.random(Seeds.of(document, step, -1)).nextDouble();
        return whole + (draw < share - whole ? 1 : 0);
    }

    @Override
    public String toString() {
        return perClass == 0 ? Integer.toString(each) : perClass + " a class";
    }
}
