// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import dev.graft.text.StopWords;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a sentence of English says at first sight: who, when, whether it asks or denies.
 *
 * @param words in small letters, in order
 */
record Utterance(String text, List<String> words) {
    private static final double LEAST_CONTENT = 0.8;
    private static final int MOST_REPEATED = 4;
    private static final String QUOTES_OF_TWO = "\"\u201c\u201d\u201e\u00ab\u00bb";
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+(?:['\u2019-][\\p{L}\\p{N}]+)*");
    private static final Pattern STUTTER =
            Pattern.compile("(\\p{L}{2,8}?)\\1{2,}|(\\p{L})\\2{3,}", Pattern.CASE_INSENSITIVE);
    /** In Portuguese and Spanish. */
    private static final Map<String, String> SENSES = Map.of(
            "wear", "use", "wears", "uses", "wearing", "using", "wore", "used", "worn", "used", "waiting", "hoping");

    private static final Pattern OWNER = Pattern.compile(
            "\\b(?!(?:it|he|she|that|this|there|here|what|who|where|when|how|why|let|one)\\b)\\p{L}+ ?['\u2019]s\\b(?! (?:a|an|the|not|no|so|too|very|been)\\b)",
            Pattern.CASE_INSENSITIVE);
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
    private static final Set<String> ITS = words("it it's its it'll it'd");
    private static final List<String> SUBJECTS = List.of("i", "he", "she", "we", "you", "they");
    private static final Pattern NOT_ALMOST =
            Pattern.compile("(?:\\bnot|n['\u2019]t) almost\\b", Pattern.CASE_INSENSITIVE);

    private static final Pattern DUTY =
            Pattern.compile("\\b(?:must|(?:have|has|had|need|needs) to)\\b", Pattern.CASE_INSENSITIVE);

    private static final Set<String> TURNING = words("once unless until before after than ago");
    private static final Pattern QUOTED = Pattern.compile(
            "(?:``|[\"\u201c\u201e\u00ab])([^\"\u201c\u201d\u00bb`]{1,200}?)(?:''|[\"\u201d\u201c\u00bb])");
    private static final String BRACKETS = "()[]{}<>";
    private static final Set<String> LAST_PREPOSITIONS = words("from for with to of at in on about by into");
    private static final Pattern AT_ONCE = Pattern.compile(" (?:at once|once more|once again)(?= )");
    /** Which say little, or are written in several ways. */
    static final Set<String> SLIGHT =
            words("whats thats theres hows wheres whos lets whether well also too either though although else");

    private static final Set<String> NEVER_LAST = words("the a an of and or but my your our their his because if");
    private static final Pattern BROKEN =
            Pattern.compile("\\b(?:the|a|an|my|your|our|their)\\s*[,.;:!?](?:\\s|$)", Pattern.CASE_INSENSITIVE);
    private static final Set<String> NUMBERS_IN_WORDS = words(
            "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
                    + " eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million"
                    + " billion dozen half twice first second third yesterday today tomorrow tonight monday tuesday"
                    + " wednesday thursday friday saturday sunday");
    private static final Pattern HAVE_HAD = Pattern.compile("\\b(?:have|has) had\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern SINGLE = Pattern.compile(
            "(?<![\\p{L}\\p{N}])['\u2018\u2019`](?!['`]|(?:s|re|ve|ll|d|m|t)\\b)|(?<=[\\p{L}\\p{N}]) ?['\u2019](?![\\p{L}\\p{N}'])");
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

    static Utterance of(String text) {
        List<String> words = new ArrayList<>();
        for (Matcher word = WORD.matcher(text); word.find(); ) {
            words.add(word.group().toLowerCase(Locale.ROOT).replace('\u2019', '\''));
        }
        return new Utterance(text, words);
    }

    Asking asking() {
        return new Asking(this);
    }

    Phrasing phrasing() {
        return new Phrasing(this);
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
        return text.indexOf('?') >= 0 || asking().opensAsQuestion();
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

    List<String> turns() {
        String spoken = " " + String.join(" ", words) + " ";
        return Arrays.stream(AT_ONCE.matcher(spoken).replaceAll(" ").strip().split(" "))
                .filter(TURNING::contains)
                .sorted()
                .toList();
    }

    /** "it must be", "it has to be" */
    boolean isDuty() {
        return DUTY.matcher(text).find();
    }

    boolean already() {
        return words.contains("already") || words.contains("yet") || words.contains("still");
    }

    long quotes() {
        return text.chars().filter(c -> QUOTES_OF_TWO.indexOf(c) >= 0).count();
    }

    /** Marks of quotations that letters are quoted by, such as "' late '", not those of "it 's" and "o'clock". */
    long singles() {
        return SINGLE.matcher(text).results().count();
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

    boolean saysLessThan(Utterance other) {
        return contents() < LEAST_CONTENT * other.contents();
    }

    boolean breaksOff() {
        return BROKEN.matcher(text).find() || (!words.isEmpty() && NEVER_LAST.contains(words.get(words.size() - 1)));
    }

    /** "have had" */
    boolean hasHad() {
        return HAVE_HAD.matcher(text).find();
    }

    boolean follows(String one, String other) {
        return IntStream.range(1, words.size())
                .anyMatch(i -> words.get(i - 1).equals(one) && words.get(i).equals(other));
    }

    long its() {
        return words.stream().filter(ITS::contains).count();
    }

    /** Whether a word that says something is left out, and none is there in its place. */
    boolean isShortenedTo(Utterance back) {
        return back.contents() < contents() && words.containsAll(back.words);
    }

    /** "even though" */
    boolean yields() {
        return words.contains("though") || words.contains("although");
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

    static boolean saysSomething(String word) {
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

    /** Whether one of two words stands in the place of the other. */
    boolean changes(Utterance back, String one, String other) {
        int more = back.count(one) - count(one);
        int fewer = back.count(other) - count(other);
        return more * fewer < 0;
    }

    int count(String word) {
        return Collections.frequency(words, word);
    }

    boolean future() {
        return words.stream().anyMatch(word -> FUTURES.contains(word) || word.endsWith("'ll"));
    }

    Map<String, Long> numbers() {
        return words.stream()
                .filter(Utterance::isNumber)
                .map(word -> word.equals("twice") ? "two" : word)
                .collect(Collectors.groupingBy(word -> word, Collectors.counting()));
    }

    static boolean isNumber(String word) {
        return NUMBERS_IN_WORDS.contains(word) || word.chars().anyMatch(Character::isDigit);
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
    boolean changesWhoFromIt(Utterance back) {
        return SUBJECTS.stream().anyMatch(one -> changes(back, "it", one));
    }

    /** "hats used" for "hats worn" */
    boolean hasOtherSenseIn(Utterance back) {
        return SENSES.entrySet().stream().anyMatch(sense -> changes(back, sense.getKey(), sense.getValue()));
    }

    /** "Rome 's", "the driver's"; not "it's" */
    long owners() {
        return OWNER.matcher(text).results().count();
    }

    boolean foreign() {
        return FOREIGN_LETTERS.matcher(text).find();
    }

    static Set<String> words(String list) {
        return Set.of(list.split(" "));
    }
}
