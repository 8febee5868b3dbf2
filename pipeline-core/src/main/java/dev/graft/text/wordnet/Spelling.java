// SPDX-License-Identifier: Apache-2.0
package dev.graft.text.wordnet;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How the regular forms of English words may be spelled. A rule can't know which of them is right ("visited" but
 * "referred", "photos" but "heroes"): {@link LexiconWriter} takes what WordNet's own text uses.
 */
final class Spelling {
    /** Verbs whose past and past participle differ, and their derivatives ("forgive" is one of "give"). */
    private static final String STRONG = """
            arise arose arisen, awake awoke awoken, bear bore borne, beat beat beaten, become became become, \
            begin began begun, bite bit bitten, blow blew blown, break broke broken, choose chose chosen, \
            come came come, do did done, draw drew drawn, drink drank drunk, drive drove driven, eat ate eaten, \
            fall fell fallen, fly flew flown, forbid forbade forbidden, forget forgot forgotten, \
            forsake forsook forsaken, freeze froze frozen, get got gotten, give gave given, go went gone, \
            grow grew grown, hide hid hidden, know knew known, overlie overlay overlain, underlie underlay underlain, shrive shrove shriven, ride rode ridden, ring rang rung, \
            rise rose risen, run ran run, see saw seen, shake shook shaken, show showed shown, shrink shrank shrunk, \
            sing sang sung, sink sank sunk, slay slew slain, smite smote smitten, speak spoke spoken, \
            spring sprang sprung, steal stole stolen, stink stank stunk, stride strode stridden, \
            strive strove striven, swear swore sworn, swell swelled swollen, swim swam swum, take took taken, \
            tear tore torn, throw threw thrown, tread trod trodden, wake woke woken, wear wore worn, \
            weave wove woven, write wrote written, sew sewed sewn, sow sowed sown, saw sawed sawn, \
            hew hewed hewn, strew strewed strewn, mow mowed mown\
            """;

    /** Verbs whose past is like their base. */
    private static final Set<String> UNCHANGED = Set.of(
            "bet",
            "bid",
            "broadcast",
            "burst",
            "bust",
            "cast",
            "cost",
            "cut",
            "forecast",
            "hit",
            "hurt",
            "input",
            "let",
            "offset",
            "outbid",
            "overcut",
            "output",
            "put",
            "quit",
            "read",
            "recast",
            "reread",
            "reset",
            "rid",
            "set",
            "shed",
            "shut",
            "slit",
            "split",
            "spread",
            "sublet",
            "telecast",
            "thrust",
            "typecast",
            "undercut",
            "upset",
            "wed");

    private static final Map<String, String[]> STRONG_VERBS = strongVerbs();

    private Spelling() {}

    private static Map<String, String[]> strongVerbs() {
        Map<String, String[]> verbs = new TreeMap<>();
        for (String entry : STRONG.split(", *")) {
            String[] parts = entry.trim().split(" ");
            verbs.put(parts[0], parts);
        }
        return verbs;
    }

    /**
     * Past and past participle of a verb whose two differ, or that has neither -ed nor another ending; empty for others.
     *
     * @param listed the verb's irregular forms in WordNet: "forgave" makes "forgive" one of "give"'s
     */
    static List<String> strong(String verb, Set<String> listed) {
        if (UNCHANGED.contains(verb)) {
            return List.of(verb, verb);
        }
        for (int cut = 0; cut < verb.length() - 1; cut++) {
            String[] parts = STRONG_VERBS.get(verb.substring(cut));
            String prefix = verb.substring(0, cut);
            if (parts != null && (cut == 0 || listed.contains(prefix + parts[1]))) {
                return List.of(prefix + parts[1], prefix + parts[2]);
            }
        }
        return List.of();
    }

    /** Spellings that a form of a regular word may have. */
    static List<String> regular(String word, Form form) {
        return switch (form) {
            case BASE -> List.of(word);
            case PLURAL, THIRD_PERSON -> withS(word);
            case PRESENT_PARTICIPLE -> with(word, "ing");
            case PAST, PAST_PARTICIPLE -> with(word, "ed");
            case COMPARATIVE -> with(word, "er");
            case SUPERLATIVE -> with(word, "est");
        };
    }

    private static List<String> withS(String word) {
        if (word.endsWith("man") || word.endsWith("sis")) {
            String stem = word.substring(0, word.length() - 2);
            return List.of(stem + (word.endsWith("man") ? "en" : "es"), word + "s");
        }
        if (endsInConsonantAndY(word)) {
            return List.of(word.substring(0, word.length() - 1) + "ies");
        }
        if (word.endsWith("s") || word.endsWith("x") || word.endsWith("z") || word.endsWith("sh")) {
            return List.of(word + "es");
        }
        return word.endsWith("ch") || word.endsWith("o") ? List.of(word + "es", word + "s") : List.of(word + "s");
    }

    private static List<String> with(String word, String ending) {
        char last = word.charAt(word.length() - 1);
        if (ending.equals("ing")) {
            if (word.endsWith("ie")) {
                return List.of(word.substring(0, word.length() - 2) + "ying");
            }
            if (last == 'e' && !word.endsWith("ee") && !word.endsWith("oe") && !word.endsWith("ye")) {
                String without = word.substring(0, word.length() - 1) + "ing";
                return word.endsWith("nge") ? List.of(without, word + "ing") : List.of(without);
            }
        } else if (last == 'e') {
            return List.of(word + ending.substring(1));
        } else if (endsInConsonantAndY(word)) {
            return List.of(word.substring(0, word.length() - 1) + "i" + ending);
        }
        if (!mayDouble(word)) {
            return List.of(word + ending);
        }
        String doubled = word + last + ending;
        return isOneSyllable(word) ? List.of(doubled) : List.of(doubled, word + ending);
    }

    /** Whether an adjective or adverb is compared by -er and -est: "kinder" and "happier", but "more open". */
    static boolean takesEr(String word) {
        return isOneSyllable(word)
                || word.endsWith("y") && !word.endsWith("ly")
                || word.endsWith("le")
                || word.endsWith("ow");
    }

    /** Whether a word has one group of vowels, a final e aside: "hop", "strange". */
    private static boolean isOneSyllable(String word) {
        int groups = 0;
        for (int i = 0; i < word.length(); i++) {
            boolean y = word.charAt(i) == 'y' && i > 0;
            boolean before = i > 0 && (isVowel(word.charAt(i - 1)) || (word.charAt(i - 1) == 'y' && i > 1));
            boolean silent = i == word.length() - 1 && word.charAt(i) == 'e' && groups > 0;
            groups += (isVowel(word.charAt(i)) || y) && !before && !silent ? 1 : 0;
        }
        return groups == 1;
    }

    /** Whether the word ends in one consonant after one vowel: "refer" and "visit", not "look". */
    private static boolean mayDouble(String word) {
        int length = word.length();
        return length > 2
                && !isVowel(word.charAt(length - 1))
                && "wxy".indexOf(word.charAt(length - 1)) < 0
                && isVowel(word.charAt(length - 2))
                && (!isVowel(word.charAt(length - 3)) || (length > 3 && word.startsWith("qu", length - 4)));
    }

    private static boolean endsInConsonantAndY(String word) {
        return word.endsWith("y") && word.length() > 1 && !isVowel(word.charAt(word.length() - 2));
    }

    private static boolean isVowel(char c) {
        return "aeiou".indexOf(c) >= 0;
    }
}
