// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import dev.graft.augment.parts.Rewording.Token;
import dev.graft.text.StopWords;
import dev.graft.text.wordnet.WordNet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Words for others, that may leave the rest of a sentence as right as it was: a {@link Saying}, or one word for another in its
 * form. A word that only comes or goes, a preposition for another, or another form of a word depends on the rest.
 *
 * @param before the word or mark before, or an empty text
 * @param after the word or mark behind, or an empty text
 * @param gone words that go
 * @param come words that come
 */
record Interchange(String before, String after, List<Token> gone, List<Token> come) {
    /** Verbs that say something, but which are among the stop words. */
    private static final Set<String> VERBS = Utterance.words("get gets getting got");

    /** What is made to happen is not caused happen. */
    private static final Set<String> MAKE = Utterance.words("make makes made making");

    private static final Set<String> ARTICLES = Utterance.words("a an");
    private static final Set<String> ASKING = Utterance.words("what which");
    /** Behind these stands no verb. */
    private static final Set<String> DETERMINERS =
            Utterance.words("a an the my your our their his her its each every some any no");

    /** @param part whether more changes beside it */
    boolean isSaying(boolean part) {
        if (!Stream.concat(gone.stream(), come.stream()).allMatch(Token::isWord)) {
            return false;
        }
        Saying saying = Saying.of(before, after, said(gone), said(come));
        return saying.holds() && !(part && saying.hangsOnAVerb());
    }

    boolean holds() {
        if (gone.isEmpty()
                || come.isEmpty()
                || !Stream.concat(gone.stream(), come.stream()).allMatch(Token::isWord)) {
            return false;
        }
        String out = said(gone);
        String in = said(come);
        return isAsking(out, in, after) || isWord(before, after, out, in);
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
}
