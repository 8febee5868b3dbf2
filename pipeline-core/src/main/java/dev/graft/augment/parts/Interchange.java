// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import dev.graft.augment.parts.Rewording.Token;
import dev.graft.text.StopWords;
import dev.graft.text.wordnet.WordNet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Changes of words that leave the rest of a sentence as right as it was: the same written otherwise, phrases that say the same,
 * and one word for another in its form. A word that only comes or goes, a preposition for another, or another form of a word
 * depends on the rest.
 */
final class Interchange {
    /** Verbs that say something, but which are among the stop words. */
    private static final Set<String> VERBS = Utterance.words("get gets getting got");

    /** What is made to happen is not caused happen. */
    private static final Set<String> MAKE = Utterance.words("make makes made making");

    private static final Set<String> ARTICLES = Utterance.words("a an");
    private static final Set<String> ASKING = Utterance.words("what which");
    /** Behind these stands no verb. */
    private static final Set<String> DETERMINERS =
            Utterance.words("a an the my your our their his her its each every some any no");

    private static final Set<String> IS = Utterance.words("is are am");
    private static final List<Set<String>> PHRASES = List.of(
            Set.of("how do", "how can"),
            Set.of("though", "although", "even though"),
            Set.of("while", "whereas"),
            Set.of("many", "lots of", "a lot of"),
            Set.of("much", "a lot of"),
            Set.of("sort of", "kind of", "type of"),
            Set.of("which type", "what kind", "what type", "which kind"),
            Set.of("in which", "where"),
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
            Set.of("maybe", "perhaps"));

    private static final Pattern NOT = Pattern.compile("(?<=\\p{L})n['\u2019]t\\b");
    private static final Pattern VERB = Pattern.compile(
            "(?<=\\b(?:i|you|he|she|it|we|they|there|that|what|where|who|how|here))" + "['\u2019](m|re|ve|ll|d|s)\\b");

    private Interchange() {}

    /**
     * @param before the word before, or an empty text
     * @param after the word or mark behind, or an empty text
     * @param gone words that go
     * @param come words that come
     */
    static boolean holds(String before, String after, List<Token> gone, List<Token> come) {
        if (gone.isEmpty()
                || come.isEmpty()
                || !gone.stream().allMatch(Token::isWord)
                || !come.stream().allMatch(Token::isWord)) {
            return false;
        }
        String out = said(gone);
        String in = said(come);
        return full(out).equals(full(in))
                || isPhrase(out, in)
                || isAsking(out, in, after)
                || isPhrase(before.toLowerCase(Locale.ROOT) + " " + out, before.toLowerCase(Locale.ROOT) + " " + in)
                || isWord(before, after, out, in)
                || isRelative(out, in)
                || isRelative(in, out)
                || isOngoing(out, in)
                || isOngoing(in, out);
    }

    /**
     * The words that one change puts for others, where they are one each: what they mean can be looked up.
     *
     * @return the two words; nothing where more than a word changes
     */
    static List<String> words(List<Token> gone, List<Token> come) {
        List<String> out = withoutArticle(said(gone));
        List<String> in = withoutArticle(said(come));
        return out.size() == 1 && in.size() == 1 ? List.of(out.get(0), in.get(0)) : List.of();
    }

    private static String said(List<Token> tokens) {
        return tokens.stream().map(each -> each.text().toLowerCase(Locale.ROOT)).collect(Collectors.joining(" "));
    }

    private static String full(String words) {
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

    private static boolean isPhrase(String out, String in) {
        return PHRASES.stream().anyMatch(phrases -> phrases.contains(out) && phrases.contains(in));
    }

    /** "what city" and "which city", not "or what" */
    private static boolean isAsking(String out, String in, String after) {
        return ASKING.contains(out)
                && ASKING.contains(in)
                && !after.isEmpty()
                && Character.isLetter(after.codePointAt(0))
                && !StopWords.contains(after.toLowerCase(Locale.ROOT));
    }

    /** One word for another, with the article that it asks for. */
    private static boolean isWord(String before, String after, String out, String in) {
        List<String> one = withoutArticle(out);
        List<String> other = withoutArticle(in);
        return one.size() == 1
                && other.size() == 1
                && (ARTICLES.contains(out.split(" ")[0]) == ARTICLES.contains(in.split(" ")[0]))
                && saysSomething(one.get(0))
                && saysSomething(other.get(0))
                && one.get(0).endsWith("ing") == other.get(0).endsWith("ing")
                && !isAdverbFor(one.get(0), other.get(0))
                && !isAdverbFor(other.get(0), one.get(0))
                && isAlike(before, after, owner(one.get(0)), owner(other.get(0)));
    }

    /** "quickly" for "fast", which is an adjective, too */
    private static boolean isAdverbFor(String one, String other) {
        return one.endsWith("ly") && !other.endsWith("ly") && !WordNet.isAdjective(one) && WordNet.isAdjective(other);
    }

    private static boolean isAlike(String before, String after, String one, String other) {
        boolean verb = !DETERMINERS.contains(before.toLowerCase(Locale.ROOT));
        return WordNet.haveOneForm(one, other, verb)
                && !WordNet.areOneWord(one, other)
                && (!after.equalsIgnoreCase("to") || WordNet.shareSense(one, other));
    }

    private static boolean saysSomething(String word) {
        return VERBS.contains(word) || !StopWords.contains(word) && !MAKE.contains(word);
    }

    private static List<String> withoutArticle(String words) {
        List<String> all = List.of(words.split(" "));
        return all.size() > 1 && ARTICLES.contains(all.get(0)) ? all.subList(1, all.size()) : all;
    }

    private static String owner(String word) {
        return word.endsWith("'s") ? word.substring(0, word.length() - 2) : word;
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
                && isForm(out.substring(space + 1), in);
    }

    private static boolean isForm(String ongoing, String in) {
        return !in.contains(" ") && !in.endsWith("ed") && !in.endsWith("ing") && WordNet.areOneWord(ongoing, in);
    }
}
