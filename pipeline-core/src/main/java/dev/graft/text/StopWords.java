// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import java.util.Locale;
import java.util.Set;

/** English function words, which have no synonyms worth having. */
public final class StopWords {
    private static final Set<String> WORDS =
            Set.of(("a about above after again all also always am an and any are as at be"
                            + " because been before being below between both but by can could did do does doing done down during"
                            + " each either else even ever every few for from further get gets getting go goes going got had has"
                            + " have having he her here hers herself him himself his how i if in into is it its itself just let"
                            + " like lot many may me might mine more most much must my myself no nor not now of off on once one"
                            + " ones only or other our ours ourselves out over own please quite really same shall she should so"
                            + " some such than thank thanks that the their theirs them themselves then there these they this those"
                            + " through to too under until up upon us very was we were what when where which while who whom whose"
                            + " why will with would yet you your yours yourself yourselves hi hello hey dear ok okay yes")
                    .split(" "));

    private StopWords() {}

    public static boolean contains(String word) {
        return WORDS.contains(word.toLowerCase(Locale.ROOT));
    }
}
