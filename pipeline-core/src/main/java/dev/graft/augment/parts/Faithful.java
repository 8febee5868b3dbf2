// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import dev.graft.text.Article;
import dev.graft.text.EnglishWords;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a paraphrase of an English sentence must have in common with it, by its words alone. */
public final class Faithful {
    private static final Pattern WORD = Pattern.compile("\\p{L}[\\p{L}\\p{M}]*+(?:['’-][\\p{L}\\p{M}]++)*+");
    /** Who is spoken of: each comes back as often as it stood there. */
    private static final Set<String> PERSONS =
            Set.of(("i me my mine myself you your yours yourself he him his himself she her hers herself"
                            + " it its itself we us our ours ourselves they them their theirs themselves who whom whose man woman men women"
                            + " boy girl boys girls husband wife husbands wives mother father mothers fathers mum mom dad brother sister"
                            + " brothers sisters son daughter sons daughters uncle aunt nephew niece grandmother grandfather king queen"
                            + " waiter waitress actor actress lady gentleman mr mrs ms sir madam male female bride groom")
                    .split(" "));
    /** What turns a statement round, or a question into another one. */
    private static final Set<String> TURNING =
            Set.of(("not no never than if unless only before after until without but because why"
                            + " what when where which how all every each both more less most least too from")
                    .split(" "));
    /** Verbs that do not agree with their subject. */
    private static final Pattern WRONG = Pattern.compile(
            "(?iu)\\b(?:(?:i|you|we|they|these|those) (?:is|has|does)|(?:you|we|they|these|those) (?:was|am)"
                    + "|(?:he|she|it|this|that) (?:are|were|am|have|do)|i (?:are|were)|an? (?:are|is)|(\\w+) \\1|to (?:is|was|am|are)|the (?:i|you|he|she|it|we|they)"
                    + "|(?:i|you|he|she|it|we|they) (?!bring|string|spring)\\w{3,}ing)\\b");

    private static final String MARKUP = "*_`|<>[]{}#\\~";
    private static final Pattern ARTICLE = Pattern.compile("(?iu)\\b(an?) (\\p{L}+)");

    private Faithful() {}

    /** Whether a sentence is one that a rule-based translator reads: large first letter, a mark at the end, known words. */
    public static boolean isWellFormed(String sentence) {
        List<String> words = words(sentence);
        boolean ends = !sentence.isEmpty() && ".!?".indexOf(sentence.charAt(sentence.length() - 1)) >= 0;
        return words.size() > 2
                && ends
                && sentence.chars().noneMatch(c -> MARKUP.indexOf(c) >= 0)
                && Character.isUpperCase(sentence.codePointAt(0))
                && words.stream()
                        .allMatch(word ->
                                EnglishWords.contains(word) || isJoined(word) || Character.isUpperCase(word.charAt(0)));
    }

    /** Whether a verb does not go with its subject, or a word stands twice. */
    static boolean isBroken(String sentence) {
        return WRONG.matcher(sentence).find();
    }

    private static boolean isJoined(String word) {
        return word.indexOf('\'') > 0 || word.indexOf('’') > 0 || word.indexOf('-') > 0;
    }

    /** Whether a paraphrase speaks of the same persons, turns the same way, and has but words of English or of the source. */
    public static boolean keeps(String source, String paraphrase) {
        List<String> before = lower(words(source));
        List<String> after = lower(words(paraphrase));
        Set<String> known = new HashSet<>(before);
        return only(PERSONS, before).equals(only(PERSONS, after))
                && only(TURNING, before).equals(only(TURNING, after))
                && source.charAt(source.length() - 1) == paraphrase.charAt(paraphrase.length() - 1)
                && opensAlike(before, after)
                && before.stream().noneMatch(word -> !after.contains(word) && hasOtherNumber(word, after))
                && words(paraphrase).stream()
                        .skip(1)
                        .allMatch(word -> !Character.isUpperCase(word.charAt(0)) || source.contains(word))
                && after.stream()
                        .allMatch(word -> known.contains(word) || EnglishWords.contains(word) || isJoined(word))
                && (!isBroken(paraphrase) || isBroken(source))
                && ARTICLE.matcher(paraphrase)
                        .results()
                        .allMatch(found ->
                                Article.isAn(found.group(2)) == (found.group(1).length() == 2));
    }

    /** "an ionic" for "a ionic", and the other way. */
    static String withArticles(String sentence) {
        String n = Casing.isCapitals(sentence) ? "N" : "n";
        return ARTICLE.matcher(sentence)
                .replaceAll(found -> (Article.isAn(found.group(2))
                                ? found.group(1).charAt(0) + n
                                : found.group(1).substring(0, 1))
                        + " "
                        + found.group(2));
    }

    /** "feels" for "feel", "shoe" for "shoes" */
    static boolean hasOtherNumber(String word, List<String> words) {
        return words.contains(word + "s") || word.endsWith("s") && words.contains(word.substring(0, word.length() - 1));
    }

    /** An infinitive or an article is no command: "To open the door", "The break of the lamp". */
    private static boolean opensAlike(List<String> before, List<String> after) {
        return !after.isEmpty()
                && (before.get(0).equals(after.get(0))
                        || !(after.get(0).equals("to")
                                || after.get(0).equals("the")
                                || after.get(0).equals("a")));
    }

    private static List<String> only(Set<String> listed, List<String> words) {
        return words.stream().filter(listed::contains).sorted().toList();
    }

    private static List<String> lower(List<String> words) {
        return words.stream().map(word -> word.toLowerCase(Locale.ROOT)).toList();
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        for (Matcher word = WORD.matcher(text); word.find(); ) {
            words.add(word.group());
        }
        return words;
    }
}
