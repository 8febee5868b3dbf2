// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import dev.graft.text.StopWords;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What translators do to English sentences that must not pass for a paraphrase, each named; of a sentence and what came
 * back of it.
 */
public enum RoundTrip {
    EMPTY((source, back) -> back.words.isEmpty()),
    NUMBERS((source, back) -> !source.numbers().equals(back.numbers())),
    NEGATION((source, back) -> source.negations() != back.negations() || source.isNotAlmost() != back.isNotAlmost()),
    /** A question has become a statement, or the other way. */
    QUESTION((source, back) -> source.asks() != back.asks()
            || source.inverted() != back.inverted()
            || source.opensWithVerb() != back.opensWithVerb()
            || (source.asks() && source.hasVerb() && !back.hasVerb())
            || (source.asks() && back.hasDo() && !source.hasDo() && !source.future())
            || (source.asksBeforeVerb() && !source.words.get(0).equals(back.words.get(0)))
            || (source.turnsAtOnce() && back.asksByAdverb() && !back.turnsAtOnce())),
    /** Someone, or a place, of whom nothing was said. */
    NAMES((source, back) -> back.names().stream().anyMatch(name -> !source.text.contains(name))
            || !source.initials().equals(back.initials())),
    /** What should be must be: some languages have one word for both. */
    DUTY((source, back) -> back.words.contains("must") && !source.words.contains("must")),
    /** Another time or condition: some languages have one word for "since" and "once". */
    TURN((source, back) -> !source.turns().equals(back.turns())
            || (back.already() && !source.already())
            || (source.yields() && !back.yields() && back.count("if") > source.count("if"))),
    /** A quotation is opened or closed elsewhere, or is none. */
    QUOTES((source, back) ->
            source.quotes() != back.quotes() || !source.quoted().equals(back.quoted())),
    /** What will be is said to be, or to have been; what did happen happens. */
    TENSE((source, back) ->
            source.future() != back.future() || (source.did() && !back.did() && (back.hasDo() || !back.tellsOfPast()))),
    /** Another one acts: many languages leave the pronoun to the verb. */
    PERSONS((source, back) -> !source.persons().equals(back.persons())
            || (back.opensWithIt() && !source.hasIt())
            || source.changesWhoFromIt(back)),
    /** A piece is said again and again. */
    LOOP((source, back) -> !source.repeated().containsAll(back.repeated())),
    /** One is where many are. */
    AGREEMENT((source, back) -> source.changes(back, "is", "are")
            || source.changes(back, "was", "were")
            || (Faithful.isBroken(back.text) && !Faithful.isBroken(source.text))),
    /** Less is said than before. */
    LOSS((source, back) -> back.saysLessThan(source)),
    LENGTH((source, back) -> Math.abs(source.words.size() - back.words.size())
            > Math.max(2, 0.4 * Math.min(source.words.size(), back.words.size()))),
    /** It breaks off. */
    FRAGMENT((source, back) -> (back.breaksOff() && !source.breaksOff())
            || source.brackets() != back.brackets()
            || source.endsWithPreposition() != back.endsWithPreposition()),
    /** A letter that is none of English. */
    FOREIGN((source, back) -> back.foreign() && !source.foreign()),
    /** What is known is new, or the other way: some languages put an article where English has none. */
    ARTICLES((source, back) -> !source.articles().equals(back.articles())),
    /** A word in another form, which says another number, or another who acts: "firemen emerges", "park cars" for "parked cars". */
    FORM((source, back) -> source.hasOtherForm(back)),
    /** Out becomes on: "log on" for "log out". */
    PARTICLES((source, back) -> !source.particles().equals(back.particles())),
    /** How a time or an amount is tied to the rest: "to two hours" for "for two hours". */
    MEASURE((source, back) -> !source.beforeNumbers().equals(back.beforeNumbers())),
    /** Words that stood apart are one thing: "climate volcanoes" for "volcanoes on the climate". */
    COMPOUND((source, back) -> source.isCompoundedBy(back));

    private static final double LEAST_CONTENT = 0.8;
    private static final int MOST_REPEATED = 4;
    private static final String QUOTES_OF_TWO = "\"\u201c\u201d\u201e\u00ab\u00bb";
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+(?:['\u2019-][\\p{L}\\p{N}]+)*");
    private static final Pattern STUTTER =
            Pattern.compile("(\\p{L}{2,8}?)\\1{2,}|(\\p{L})\\2{3,}", Pattern.CASE_INSENSITIVE);
    private static final Pattern FOREIGN_LETTERS = Pattern.compile("[\\p{L}&&[^a-zA-Z]]");

    private static final Set<String> NEGATIONS =
            words("not no never none nobody nothing nowhere neither nor cannot without hardly barely scarcely");
    private static final Set<String> ADVERBS_OF_TIME = words("still yet already anymore ever since");
    /** As people type them. */
    private static final Set<String> BARE = words("cant dont doesnt didnt isnt arent wasnt werent couldnt wouldnt"
            + " shouldnt havent hasnt hadnt wont aint");
    /** What a negating prefix seems to stand before, and does not. */
    private static final Pattern PREFIXED = Pattern.compile(
            "(?:un(?!der|til|less|i|cle|ion|to)"
                    + "|dis(?!c|pa|pl|po(?!ss)|pu|ta|t[ir]|ea|h(?:es|w)|k|ma|mi|g|sol)|non-?(?!e$|sense)|mis(?!s|er|te|ch))\\p{L}{3,}.*");

    private static final Set<String> IT = words("it this that these those its it's that's");
    private static final List<String> SUBJECTS = List.of("i", "he", "she", "we", "you", "they");
    private static final Pattern NOT_ALMOST =
            Pattern.compile("(?:\\bnot|n['\u2019]t) almost\\b", Pattern.CASE_INSENSITIVE);

    private static final Set<String> TURNING = words("once unless until before after than ago");
    private static final Pattern QUOTED = Pattern.compile(
            "(?:``|[\"\u201c\u201e\u00ab])([^\"\u201c\u201d\u00bb`]{1,200}?)(?:''|[\"\u201d\u201c\u00bb])");
    private static final String BRACKETS = "()[]{}<>";
    private static final Set<String> LAST_PREPOSITIONS = words("from for with to of at in on about by into");
    private static final Set<String> ARTICLE = words("a an the");
    private static final Set<String> PARTICLE = words("out off up down away back");
    private static final Set<String> BEFORE_NUMBERS = words("for to in at by from until since within about on of");
    private static final Pattern AT_ONCE = Pattern.compile(" (?:at once|once more|once again)(?= )");
    /** Which say little, or are written in several ways. */
    private static final Set<String> SLIGHT =
            words("whats thats theres hows wheres whos lets whether well also too either though although else");

    private static final Set<String> NEVER_LAST = words("the a an of and or but my your our their his because if");
    private static final Pattern BROKEN =
            Pattern.compile("\\b(?:the|a|an|my|your|our|their)\\s*[,.;:!?](?:\\s|$)", Pattern.CASE_INSENSITIVE);
    private static final Set<String> NUMBERS_IN_WORDS = words(
            "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
                    + " eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million"
                    + " billion dozen half twice first second third yesterday today tomorrow tonight monday tuesday"
                    + " wednesday thursday friday saturday sunday");
    private static final Set<String> ASKING = words("who whom whose what when where why which how can could do does did"
            + " is are am was were will would should shall may might have has don't doesn't didn't isn't aren't wasn't"
            + " weren't can't couldn't won't wouldn't shouldn't haven't hasn't");
    private static final Set<String> VERBS =
            words("can could do does did is are am was were will would should shall may"
                    + " might have has don't doesn't didn't isn't aren't can't couldn't won't wouldn't");
    private static final Pattern INVERTED = Pattern.compile(
            "\\b(?:" + String.join("|", VERBS) + ") (?:i|you|he|she|it|we|they|there|someone|anyone)\\b");
    private static final Set<String> ADVERBS = words("why how when where");
    private static final Set<String> DO = words("do does did don't doesn't didn't");
    private static final Pattern NAME = Pattern.compile("(?<=[\\p{L}\\p{N},;:] )\\p{Lu}[\\p{L}]+");
    private static final Set<String> PAST = words("was were had have has been wasn't weren't hadn't haven't hasn't");
    private static final Pattern INITIALS = Pattern.compile("(?:\\p{L}\\.){2,}");
    private static final Set<String> FUTURES = words("will won't wont gonna");
    private static final Map<String, Set<String>> PERSONS_IN_WORDS = Map.of(
            "I", words("i i'm i've i'd i'll im ive"),
            "me", words("me my mine myself"),
            "we", words("we us our ours ourselves we're we've we'd we'll"),
            "you", words("you your yours yourself yourselves you're you've you'd you'll u ur"),
            "he", words("he him his himself he's he'd he'll"),
            "she", words("she her hers herself she's she'd she'll"),
            "they", words("they them their theirs themselves they're they've they'd they'll"));

    private final BiPredicate<Sentence, Sentence> holds;

    RoundTrip(BiPredicate<Sentence, Sentence> holds) {
        this.holds = holds;
    }

    /** The first thing that is wrong with what came back. */
    public static Optional<RoundTrip> fault(String source, String back) {
        Sentence before = Sentence.of(source);
        Sentence after = Sentence.of(back);
        return Arrays.stream(values())
                .filter(fault -> fault.holds.test(before, after))
                .findFirst();
    }

    /** Whether a sentence begins as questions do. */
    static boolean asks(String sentence) {
        return Sentence.of(sentence).opens(ASKING);
    }

    private static Set<String> words(String list) {
        return Set.of(list.split(" "));
    }

    private record Sentence(String text, List<String> words) {
        static Sentence of(String text) {
            List<String> words = new ArrayList<>();
            for (Matcher word = WORD.matcher(text); word.find(); ) {
                words.add(word.group().toLowerCase(Locale.ROOT).replace('\u2019', '\''));
            }
            return new Sentence(text, words);
        }

        long negations() {
            return words.stream()
                    .filter(word -> NEGATIONS.contains(word)
                            || word.endsWith("n't")
                            || BARE.contains(word)
                            || PREFIXED.matcher(word).matches())
                    .count();
        }

        boolean asks() {
            return text.indexOf('?') >= 0 || opens(ASKING);
        }

        boolean opens(Set<String> with) {
            return !words.isEmpty() && with.contains(words.get(0));
        }

        boolean opensWithIt() {
            return opens(IT);
        }

        boolean hasIt() {
            return has(IT);
        }

        boolean has(Set<String> any) {
            return words.stream().anyMatch(any::contains);
        }

        boolean opensWithVerb() {
            return opens(VERBS);
        }

        boolean hasVerb() {
            return has(VERBS);
        }

        List<String> turns() {
            String spoken = " " + String.join(" ", words) + " ";
            return Arrays.stream(AT_ONCE.matcher(spoken).replaceAll(" ").strip().split(" "))
                    .filter(TURNING::contains)
                    .sorted()
                    .toList();
        }

        boolean already() {
            return words.contains("already") || words.contains("yet") || words.contains("still");
        }

        long quotes() {
            return text.chars().filter(c -> QUOTES_OF_TWO.indexOf(c) >= 0).count();
        }

        long contents() {
            return words.stream()
                    .filter(word -> word.indexOf('\'') < 0
                            && word.length() > 1
                            && !SLIGHT.contains(word)
                            && !StopWords.contains(word)
                            && !NEGATIONS.contains(word)
                            && !ADVERBS_OF_TIME.contains(word)
                            && !BARE.contains(word))
                    .count();
        }

        boolean saysLessThan(Sentence other) {
            return contents() < LEAST_CONTENT * other.contents();
        }

        boolean breaksOff() {
            return BROKEN.matcher(text).find()
                    || (!words.isEmpty() && NEVER_LAST.contains(words.get(words.size() - 1)));
        }

        /** Whether a verb stands before who does it: "could you", not "you could". */
        boolean inverted() {
            return INVERTED.matcher(text.toLowerCase(Locale.ROOT)).find();
        }

        /** "what is", "who was" */
        boolean asksBeforeVerb() {
            return asks() && !opensWithVerb() && words.size() > 1 && VERBS.contains(words.get(1)) && opens(ASKING);
        }

        /** "why is", "how can" */
        boolean turnsAtOnce() {
            return asksByAdverb() && words.size() > 1 && VERBS.contains(words.get(1));
        }

        boolean did() {
            return words.contains("did") || words.contains("didn't");
        }

        boolean hasDo() {
            return has(DO);
        }

        /** "even though" */
        boolean yields() {
            return words.contains("though") || words.contains("although");
        }

        List<String> articles() {
            return words.stream()
                    .filter(ARTICLE::contains)
                    .map(word -> word.equals("an") ? "a" : word)
                    .sorted()
                    .toList();
        }

        /** What is said word for word. */
        List<String> quoted() {
            return QUOTED.matcher(text)
                    .results()
                    .map(found -> found.group(1).strip())
                    .toList();
        }

        long brackets() {
            return text.chars().filter(c -> BRACKETS.indexOf(c) >= 0).count();
        }

        /** "what is it made from" */
        boolean endsWithPreposition() {
            return !words.isEmpty() && LAST_PREPOSITIONS.contains(words.get(words.size() - 1));
        }

        List<String> particles() {
            return words.stream().filter(PARTICLE::contains).sorted().toList();
        }

        boolean hasOtherForm(Sentence back) {
            return words.stream()
                    .anyMatch(word -> word.length() > 2
                            && !SLIGHT.contains(word)
                            && !StopWords.contains(word)
                            && !back.words.contains(word)
                            && (Faithful.hasOtherNumber(word, back.words) || hasOtherTime(word, back.words)));
        }

        private static boolean hasOtherTime(String word, List<String> words) {
            return words.contains(word + "ed")
                    || words.contains(word + "d")
                    || word.endsWith("ed")
                            && (words.contains(word.substring(0, word.length() - 2))
                                    || words.contains(word.substring(0, word.length() - 1)));
        }

        /** The preposition before each number that has one. */
        Map<String, String> beforeNumbers() {
            Map<String, String> before = new HashMap<>();
            for (int i = 1; i < words.size(); i++) {
                String word = words.get(i);
                if (BEFORE_NUMBERS.contains(words.get(i - 1))
                        && (NUMBERS_IN_WORDS.contains(word) || word.chars().anyMatch(Character::isDigit))) {
                    before.put(word, words.get(i - 1));
                }
            }
            return before;
        }

        /** Whether two words that both say something have become neighbours in the other order. */
        boolean isCompoundedBy(Sentence back) {
            for (int i = 1; i < back.words.size(); i++) {
                String one = back.words.get(i - 1);
                String other = back.words.get(i);
                if (saysSomething(one)
                        && saysSomething(other)
                        && words.contains(other)
                        && words.indexOf(one) > words.lastIndexOf(other)) {
                    return true;
                }
            }
            return false;
        }

        private static boolean saysSomething(String word) {
            return word.length() > 2 && word.chars().allMatch(Character::isLetter) && !StopWords.contains(word);
        }

        /** Words with a capital, but for the first. */
        Set<String> names() {
            return NAME.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
        }

        boolean tellsOfPast() {
            return has(PAST);
        }

        /** "U.S." */
        Set<String> initials() {
            return INITIALS.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
        }

        boolean asksByAdverb() {
            return opens(ADVERBS);
        }

        /** Whether one of two words stands in the place of the other. */
        boolean changes(Sentence back, String one, String other) {
            int more = back.count(one) - count(one);
            int fewer = back.count(other) - count(other);
            return more * fewer < 0;
        }

        private int count(String word) {
            return Collections.frequency(words, word);
        }

        boolean future() {
            return words.stream().anyMatch(word -> FUTURES.contains(word) || word.endsWith("'ll"));
        }

        Map<String, Long> numbers() {
            return words.stream()
                    .filter(word ->
                            NUMBERS_IN_WORDS.contains(word) || word.chars().anyMatch(Character::isDigit))
                    .map(word -> word.equals("twice") ? "two" : word)
                    .collect(Collectors.groupingBy(word -> word, Collectors.counting()));
        }

        Set<String> persons() {
            return PERSONS_IN_WORDS.entrySet().stream()
                    .filter(person -> words.stream().anyMatch(person.getValue()::contains))
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toSet());
        }

        /** What follows upon itself: a word, up to four of them, or a part of a word. */
        Set<String> repeated() {
            Set<String> repeated = STUTTER.matcher(text)
                    .results()
                    .map(stutter -> stutter.group().toLowerCase(Locale.ROOT))
                    .collect(Collectors.toSet());
            for (int size = 1; size <= MOST_REPEATED; size++) {
                for (int i = size; i + size <= words.size(); i++) {
                    List<String> again = words.subList(i, i + size);
                    if (words.subList(i - size, i).equals(again)) {
                        repeated.add(String.join(" ", again));
                    }
                }
            }
            return repeated;
        }

        /** For "not nearly", which is far from it. */
        boolean isNotAlmost() {
            return NOT_ALMOST.matcher(text).find();
        }

        /** "I have" for "it has" */
        boolean changesWhoFromIt(Sentence back) {
            return SUBJECTS.stream().anyMatch(one -> changes(back, "it", one));
        }

        boolean foreign() {
            return FOREIGN_LETTERS.matcher(text).find();
        }
    }
}
