// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import dev.graft.text.StopWords;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** How the words of a sentence are tied to each other: articles, prepositions, compounds and forms. */
record Phrasing(Utterance sentence) {
    private static final int SHORTEST_GERUND = 5;
    private static final Set<String> PREPOSITIONS = Utterance.words(
            "of in on at by for from to with into onto about over under between among through during against above");
    /** Of place and time. */
    private static final Set<String> TIES = Utterance.words(
            "of in on at by for from to into onto over above under between among against through during until since within");

    private static final Set<String> BEFORE_THINGS =
            Utterance.words("a an the my your our their his her its some any this that these those very so too quite");
    private static final Set<String> BARE_INFINITIVE_AFTER =
            Utterance.words("make makes made making let lets letting help helps helped helping");
    private static final Set<String> ARTICLE = Utterance.words("a an the");
    private static final Set<String> LOOSE =
            Set.of("a while", "a lot", "a bit", "a little", "a few", "a couple", "the moment");
    private static final Set<String> NO_NUMBER_AFTER = Utterance.words("the this that which no any every each another");
    private static final Set<String> PARTICLE = Utterance.words("out off up down away back");

    private List<String> words() {
        return sentence.words();
    }

    /** Whether a verb that was to be done stands behind a word that asks for "to". */
    boolean losesInfinitiveIn(Phrasing back) {
        if (sentence.follows("how", "to") && !back.sentence.follows("how", "to")) {
            return true;
        }
        if (back.sentence.has(BARE_INFINITIVE_AFTER) || back.sentence.asking().hasVerb()) {
            return false;
        }
        return IntStream.range(1, words().size())
                .filter(i -> words().get(i - 1).equals("to"))
                .mapToObj(words()::get)
                .anyMatch(verb -> back.words().indexOf(verb) > 0 && !back.sentence.follows("to", verb));
    }

    /** "of stop" for "of stopping" */
    boolean losesGerundIn(Phrasing back) {
        return words().stream()
                .filter(word -> word.endsWith("ing")
                        && word.length() > SHORTEST_GERUND
                        && !back.words().contains(word))
                .map(word -> word.substring(0, word.length() - "ing".length()))
                .flatMap(stem -> Stream.of(stem, stem + "e", stem.substring(0, stem.length() - 1)))
                .anyMatch(verb ->
                        PREPOSITIONS.stream().anyMatch(tie -> !tie.equals("to") && back.sentence.follows(tie, verb)));
    }

    /** Whether it has "key of house", or "site in history", for the "house key" or the "history website" of another. */
    boolean untiesCompoundOf(Phrasing other) {
        return IntStream.range(1, words().size() - 1)
                .filter(i -> PREPOSITIONS.contains(words().get(i)) && Utterance.saysSomething(words().get(i + 1)))
                .anyMatch(i -> other.behind(words().get(i + 1))
                        .anyMatch(tied -> Utterance.saysSomething(tied) && tied.endsWith(words().get(i - 1))));
    }

    /** Whether two words that both say something have become neighbours in the other order. */
    boolean isCompoundedBy(Phrasing back) {
        for (int i = 1; i < back.words().size(); i++) {
            String one = back.words().get(i - 1);
            String other = back.words().get(i);
            if (Utterance.saysSomething(one)
                    && Utterance.saysSomething(other)
                    && words().contains(other)
                    && words().indexOf(one) > words().lastIndexOf(other)) {
                return true;
            }
        }
        return false;
    }

    /** The preposition by which each word that says something is tied to the rest, over articles and words that describe it. */
    Map<String, Set<String>> ties() {
        Map<String, Set<String>> ties = new HashMap<>();
        String tie = "";
        for (String word : words()) {
            if (TIES.contains(word)) {
                tie = word;
            } else if (Utterance.saysSomething(word) || Utterance.isNumber(word)) {
                ties.computeIfAbsent(word, any -> new HashSet<>()).add(tie);
            } else if (!BEFORE_THINGS.contains(word)) {
                tie = "";
            }
        }
        return ties;
    }

    /** Whether a word of both is tied by another preposition, "in a cap" and "on a cap". */
    boolean tiesOtherwise(Phrasing back) {
        Map<String, Set<String>> others = back.ties();
        return ties().entrySet().stream().anyMatch(each -> {
            Set<String> here = each.getValue();
            Set<String> there = others.getOrDefault(each.getKey(), here);
            return here.stream().anyMatch(tie -> !tie.isEmpty() && !there.contains(tie))
                    && there.stream().anyMatch(tie -> !tie.isEmpty() && !here.contains(tie));
        });
    }

    List<String> articles() {
        return IntStream.range(0, words().size())
                .filter(i -> ARTICLE.contains(words().get(i)) || isOneOfSome(i))
                .filter(i -> i + 1 == words().size() || !LOOSE.contains(words().get(i) + " " + words().get(i + 1)))
                .mapToObj(words()::get)
                .map(word -> word.equals("the") ? word : "a")
                .sorted()
                .toList();
    }

    long ones() {
        return IntStream.range(0, words().size()).filter(this::isOneOfSome).count();
    }

    /** "one surfer", which is a surfer; not "the one", "one of them" */
    private boolean isOneOfSome(int i) {
        return words().get(i).equals("one")
                && i + 1 < words().size()
                && !StopWords.contains(words().get(i + 1))
                && (i == 0 || !NO_NUMBER_AFTER.contains(words().get(i - 1)));
    }

    List<String> particles() {
        return words().stream().filter(PARTICLE::contains).sorted().toList();
    }

    boolean hasOtherForm(Phrasing back) {
        return words().stream()
                .anyMatch(word -> word.length() > 2
                        && !Utterance.SLIGHT.contains(word)
                        && !StopWords.contains(word)
                        && !back.words().contains(word)
                        && (Faithful.hasOtherNumber(word, back.words()) || hasOtherTime(word, back.words())));
    }

    private static boolean hasOtherTime(String word, List<String> words) {
        String stem = word.endsWith("ing") ? word.substring(0, word.length() - "ing".length()) : word;
        return words.contains(stem + "ed")
                || words.contains(stem + "d")
                || word.endsWith("ed")
                        && (words.contains(word.substring(0, word.length() - 2))
                                || words.contains(word.substring(0, word.length() - 1)));
    }

    /** The words that stand behind one. */
    private Stream<String> behind(String word) {
        return IntStream.range(1, words().size())
                .filter(i -> words().get(i - 1).equals(word))
                .mapToObj(words()::get);
    }
}
