// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * What translators do to English sentences that must not pass for a paraphrase, each named; of a sentence and what came
 * back of it.
 */
public enum RoundTrip {
    EMPTY((source, back) -> back.words().isEmpty()),
    NUMBERS((source, back) -> !source.numbers().equals(back.numbers())),
    NEGATION((source, back) -> source.negations() != back.negations()
            || source.isNotAlmost() != back.isNotAlmost()
            || source.changes(back, "no", "without")),
    /** A question has become a statement, or the other way. */
    QUESTION((source, back) -> source.asking().isOtherwiseIn(back.asking())),
    /** Someone, or a place, of whom nothing was said. */
    NAMES((source, back) ->
            back.names().stream().anyMatch(name -> !source.text().contains(name))
                    || !source.initials().equals(back.initials())),
    /** What should be must be, or the other way: some languages have one word for both. */
    DUTY((source, back) -> source.isDuty() != back.isDuty()),
    /** Another time or condition: some languages have one word for "since" and "once". */
    TURN((source, back) -> !source.turns().equals(back.turns())
            || (back.already() && !source.already())
            || (source.yields() && !back.yields() && back.count("if") > source.count("if"))),
    /** A quotation is opened or closed elsewhere, or is none. */
    QUOTES((source, back) -> source.quotes() != back.quotes()
            || !source.quoted().equals(back.quoted())
            || source.singles() != back.singles()),
    /** What will be is said to be, or to have been; what did happen happens. */
    TENSE((source, back) -> source.future() != back.future()
            || source.asking().leavesThePastIn(back.asking())
            || source.changes(back, "was", "is")
            || source.changes(back, "were", "are")
            || (source.words().contains("been") && !back.tellsOfPast())
            || (back.hasHad() && !source.hasHad())),
    /** Another one acts: many languages leave the pronoun to the verb. */
    PERSONS((source, back) -> !source.persons().equals(back.persons())
            || (back.opensWithIt() && !source.hasIt())
            || back.its() < source.its()
            || source.changesWhoFromIt(back)
            || source.changes(back, "mine", "my")),
    /** Another sense: some languages have one word for both. */
    SENSE((source, back) -> source.hasOtherSenseIn(back)),
    /** A piece is said again and again. */
    LOOP((source, back) -> !source.repeated().containsAll(back.repeated())),
    /** One is where many are. */
    AGREEMENT((source, back) -> source.changes(back, "is", "are")
            || source.changes(back, "was", "were")
            || (Faithful.isBroken(back.text()) && !Faithful.isBroken(source.text()))),
    /** Less is said than before. */
    LOSS((source, back) -> back.saysLessThan(source) || source.isShortenedTo(back)),
    LENGTH((source, back) -> Math.abs(source.words().size() - back.words().size())
            > Math.max(2, 0.4 * Math.min(source.words().size(), back.words().size()))),
    /** It breaks off. */
    FRAGMENT((source, back) -> (back.breaksOff() && !source.breaksOff())
            || source.brackets() != back.brackets()
            || source.endsWithPreposition() != back.endsWithPreposition()),
    /** A letter that is none of English. */
    FOREIGN((source, back) -> back.foreign() && !source.foreign()),
    /** What is known is new, or the other way: some languages put an article where English has none. */
    ARTICLES((source, back) ->
            !source.phrasing().articles().equals(back.phrasing().articles())
                    || back.phrasing().ones() > source.phrasing().ones()),
    /** A word in another form, which says another number, or another who acts: "firemen emerges", "park cars" for "parked cars". */
    FORM((source, back) -> source.phrasing().hasOtherForm(back.phrasing())),
    /** Out becomes on: "log on" for "log out". */
    PARTICLES((source, back) ->
            !source.phrasing().particles().equals(back.phrasing().particles())),
    /** How a thing or a number is tied to the rest: "on a red cap" for "in a red cap", "to two hours" for "for two hours". */
    TIES((source, back) -> source.phrasing().tiesOtherwise(back.phrasing())),
    /** What is to be done is done: "show me press it" for "show me how to press it". */
    INFINITIVE((source, back) -> source.phrasing().losesInfinitiveIn(back.phrasing())
            || source.phrasing().losesGerundIn(back.phrasing())),
    /** Words that stood apart are one thing, "climate volcanoes" for "volcanoes on the climate", or the other way, "key of house". */
    COMPOUND((source, back) -> back.owners() > source.owners()
            || (back.owners() < source.owners() && back.count("of") <= source.count("of"))
            || source.phrasing().isCompoundedBy(back.phrasing())
            || back.phrasing().untiesCompoundOf(source.phrasing()));

    private final BiPredicate<Utterance, Utterance> holds;

    RoundTrip(BiPredicate<Utterance, Utterance> holds) {
        this.holds = holds;
    }

    /** The first thing that is wrong with what came back. */
    public static Optional<RoundTrip> fault(String source, String back) {
        Utterance before = Utterance.of(source);
        Utterance after = Utterance.of(back);
        return Arrays.stream(values())
                .filter(fault -> fault.holds.test(before, after))
                .findFirst();
    }

    /** Whether a sentence begins as questions do. */
    static boolean asks(String sentence) {
        return Utterance.of(sentence).asking().opensAsQuestion();
    }
}
