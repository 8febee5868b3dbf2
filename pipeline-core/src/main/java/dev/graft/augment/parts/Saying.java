// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import dev.graft.text.wordnet.WordNet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What can be written or said in several ways, whatever else a sentence says: a contraction and its words, a compound with and
 * without a hyphen, a month in letters and in short, and phrases of a list.
 *
 * @param before the word or mark before, in small letters, or an empty text
 * @param after the word or mark behind, in small letters, or an empty text
 * @param out the words that go, in small letters
 * @param in the words that come, in small letters
 */
record Saying(String before, String after, String out, String in) {
    private static final List<Set<String>> PHRASES = List.of(
            Set.of("though", "although", "even though"),
            Set.of("while", "whereas", "whilst"),
            Set.of("many", "lots of", "a lot of"),
            Set.of("much", "a lot of"),
            Set.of("sort of", "kind of", "type of"),
            Set.of("which type", "what kind", "what type", "which kind"),
            Set.of("a while", "some time"),
            Set.of("i'm not sure", "i don't know"),
            Set.of("at once", "immediately"),
            Set.of("need to", "have to"),
            Set.of("want to", "would like to"),
            Set.of("asked for", "requested"),
            Set.of("because", "since", "as"),
            Set.of("very", "really", "extremely"),
            Set.of("someone", "somebody"),
            Set.of("anyone", "anybody"),
            Set.of("everyone", "everybody"),
            Set.of("until", "till"),
            Set.of("rather than", "instead of"),
            Set.of("maybe", "perhaps"),
            Set.of("through", "via"),
            Set.of("next to", "beside"),
            Set.of("on top of", "atop"),
            Set.of("among", "amongst"),
            Set.of("toward", "towards"),
            Set.of("near", "close to"),
            Set.of("under", "beneath", "underneath"),
            Set.of("along with", "together with"),
            Set.of("because of", "due to"),
            Set.of("at the moment", "at present", "right now", "currently"),
            Set.of("these days", "nowadays"),
            Set.of("again", "once more", "once again"),
            Set.of("almost", "nearly"),
            Set.of("often", "frequently"),
            Set.of("usually", "normally"),
            Set.of("sometimes", "at times"),
            Set.of("nevertheless", "nonetheless"),
            Set.of("therefore", "thus"),
            Set.of("a few", "several"),
            Set.of("the whole", "the entire"),
            Set.of("i've got", "i have"),
            Set.of("is able to", "can"),
            Set.of("are able to", "can"),
            Set.of("ok", "okay"),
            Set.of("tv", "television"),
            Set.of("photo", "photograph"),
            Set.of("photos", "photographs"),
            Set.of("jan", "january"),
            Set.of("feb", "february"),
            Set.of("apr", "april"),
            Set.of("aug", "august"),
            Set.of("sept", "september"),
            Set.of("oct", "october"),
            Set.of("nov", "november"),
            Set.of("dec", "december"));

    /** The same where the one who does it follows at once. */
    private static final Set<String> HOW = Set.of("how do", "how can");

    private static final Set<String> PERSONS = Utterance.words("i you we one");

    /** What is asked, known or said follows. */
    private static final Set<String> OF_A_CLAUSE =
            Utterance.words("know knows knew think thinks thought believe believes hope"
                    + " hopes say says said see sure aware glad happy sorry afraid");

    private static final Set<String> OF_A_QUESTION =
            Utterance.words("know knows see ask asks asked asking wonder wondering wonders check sure unsure");

    private static final Set<String> SUBJECTS = Utterance.words("i he she we they it there my his her our their the");
    private static final Set<String> ALL = Utterance.words("all both half");
    private static final Set<String> OWNED = Utterance.words("the my your his her our their these those");
    private static final Set<String> IS = Utterance.words("is are am");
    /** "too much", "ever since" */
    private static final Set<String> DEGREES = Utterance.words("too so as how very ever not");

    private static final Set<String> APART = Utterance.words("other one of");

    private static final Pattern NOT = Pattern.compile("(?<=\\p{L})n['\u2019]t\\b");
    private static final Pattern VERB = Pattern.compile(
            "(?<=\\b(?:i|you|he|she|it|we|they|there|that|what|who|where|how|here))['\u2019](m|re|ve|ll|d|s)\\b");

    private static final Pattern SHORT = Pattern.compile("['\u2019][sd]$");
    /** Behind these a clause begins: "how tall he's for his age" is none. */
    private static final Set<String> OPENING =
            Utterance.words("and but or so because if that when while since as though"
                    + " although think thinks thought know knows say says said hope hopes");

    private static final Set<String> QUESTIONS = Utterance.words("what who where how");
    private static final Set<String> PRONOUNS = Utterance.words("it he she they we you i that this there");

    boolean holds() {
        return (opened(out).equals(opened(in)) && (!isContracted() || canBeContracted()))
                || isIntroduced(out, in)
                || isIntroduced(in, out)
                || isRelative(out, in)
                || isRelative(in, out)
                || (!QUESTIONS.contains(before) && (isOngoing(out, in) || isOngoing(in, out)))
                || isHyphenated(out, in)
                || isHyphenated(in, out)
                || (!DEGREES.contains(before) && isPhrase(out, in))
                || isPhrase(before + " " + out, before + " " + in)
                || (PERSONS.contains(after) && HOW.contains(before + " " + out) && HOW.contains(before + " " + in));
    }

    /** "know that he", "all of the"; "asks whether"; "each day" */
    private boolean isIntroduced(String one, String other) {
        return (one.isEmpty() && other.equals("that") && OF_A_CLAUSE.contains(before) && SUBJECTS.contains(after))
                || (one.isEmpty() && other.equals("of") && ALL.contains(before) && OWNED.contains(after))
                || (one.isEmpty() && other.equals("in order") && after.equals("to"))
                || (one.equals("if") && other.equals("whether") && OF_A_QUESTION.contains(before))
                || (one.equals("each") && other.equals("every") && !before.equals("of") && !APART.contains(after));
    }

    /** Whether it is only seen in the verb behind what was short for: "he's been", "he'd been". */
    boolean hangsOnAVerb() {
        return SHORT.matcher(out).find();
    }

    private boolean isContracted() {
        return !VERB.matcher(out).find() && VERB.matcher(in).find();
    }

    /** At the beginning of a clause that goes on: "what it is" and "what is it" stay. */
    private boolean canBeContracted() {
        boolean opens =
                before.isEmpty() || !Character.isLetterOrDigit(before.codePointAt(0)) || OPENING.contains(before);
        boolean goesOn = !after.isEmpty() && Character.isLetterOrDigit(after.codePointAt(0));
        return opens && goesOn && !(QUESTIONS.contains(out.split(" ")[0]) && PRONOUNS.contains(after));
    }

    private static boolean isHyphenated(String with, String without) {
        return with.indexOf('-') > 0
                && (with.replace("-", "").equals(without)
                        || with.replace('-', ' ').equals(without));
    }

    private static String opened(String words) {
        String open =
                words.replace("can't", "can not").replace("cannot", "can not").replace("won't", "will not");
        return VERB.matcher(NOT.matcher(open).replaceAll(" not")).replaceAll(found -> switch (found.group(1)) {
            case "m" -> " am";
            case "re" -> " are";
            case "ve" -> " have";
            case "ll" -> " will";
            case "d" -> " would";
            default -> " is";
        });
    }

    /** "wearing" and "who wears" */
    private static boolean isRelative(String out, String in) {
        return out.endsWith("ing") && in.startsWith("who ") && isForm(out, in.substring("who ".length()));
    }

    /** "is facing" and "faces" */
    private static boolean isOngoing(String out, String in) {
        int space = out.indexOf(' ');
        return space > 0
                && IS.contains(out.substring(0, space))
                && out.endsWith("ing")
                && !out.endsWith(" going")
                && isForm(out.substring(space + 1), in);
    }

    private static boolean isForm(String ongoing, String in) {
        return !in.contains(" ") && !in.endsWith("ed") && !in.endsWith("ing") && WordNet.areOneWord(ongoing, in);
    }

    private static boolean isPhrase(String one, String other) {
        return PHRASES.stream().anyMatch(phrases -> phrases.contains(one) && phrases.contains(other));
    }

    static Saying of(String before, String after, String out, String in) {
        return new Saying(before.toLowerCase(Locale.ROOT), after.toLowerCase(Locale.ROOT), out, in);
    }
}
