// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import java.util.Locale;
import java.util.Set;

/** Words of English that say little by themselves, and those that bind the others: who, whether, when, how much. */
public final class FunctionWords {
    private static final Set<String> LIGHT =
            set("the a an this these those my your our their its just so very really also still already"
                    + " please quite then actually simply currently somehow anyway kindly any some");
    private static final Set<String> PREPOSITIONS = set("of in on at for with");
    /** What a note or a headline leaves out. */
    private static final Set<String> LINKS = set("is are was were be been being am has have had to it i we that");

    private static final Set<String> BINDING = set(
            "from than over under before after until till since between against if unless because although"
                    + " though while when where who whom whose what which how why whether only except but instead more less most least"
                    + " fewer every all each few same other too up down off out into onto by both or nor yet i you he she it we they me"
                    + " him her us them his hers mine yours ours theirs himself herself itself themselves myself yourself is are was"
                    + " were am be do does did has have had to and another either else first last next per about above below"
                    + " through during within again once like many much always ever never let that there here now as well");

    private FunctionWords() {}

    private static Set<String> set(String words) {
        return Set.of(words.split(" "));
    }

    /** Whether a text means nearly the same without the word, or with it elsewhere. */
    public static boolean isLight(String word) {
        return LIGHT.contains(word.toLowerCase(Locale.ROOT));
    }

    /** Whether the word ties a noun to what stands before it, and a reader could guess it. */
    public static boolean isPreposition(String word) {
        return PREPOSITIONS.contains(word.toLowerCase(Locale.ROOT));
    }

    /** Whether the word is an auxiliary, a "to" or a pronoun that a terse writer leaves out. */
    public static boolean isLink(String word) {
        return LINKS.contains(word.toLowerCase(Locale.ROOT));
    }

    /** Whether the meaning hangs on the word and its place. */
    public static boolean isBinding(String word) {
        return BINDING.contains(word.toLowerCase(Locale.ROOT));
    }
}
