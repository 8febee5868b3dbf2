// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.Contractions;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.text.AnalyzedText;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Contracts: "do not" becomes "don't", "I am" becomes "I'm". The meaning stays, so negation and modal words, which others
 * leave alone, may be edited. A verb at the end of its clause ("so it is") is not contracted.
 *
 * @param rate probability that a place is contracted, from 0 to 1; default 1
 */
record Contraction(double rate) implements Augmenter {
    private static final Pattern NOT = Pattern.compile(
            "(?iu)(?<!\\b(?:the|a|my|your|his|her|its|our|their|free|good|ill) )\\b(is|are|was|were|do|does|did|has|have|had|could|should|would|must|need|can|will|shall) ?not\\b(?![-'’\\p{L}]| only\\b)");
    private static final Pattern PRONOUN = Pattern.compile(
            "(?iu)(?<!\\b(?:what|how|where|when|who|than|as|so|if|here|there|which|whatever|whoever|wherever|whenever|however) )"
                    + "\\b(i|you|he|she|it|we|they|that|there)( )(am|is|are|will)(?= (?!(?:not|i|you|he|she|we|they)\\b)\\p{L})");
    private static final Map<String, String> IRREGULAR = Map.of("can", "can't", "will", "won't", "shall", "shan't");
    private static final Map<String, String> ENDINGS = Map.of("am", "'m", "is", "'s", "are", "'re", "will", "'ll");
    private static final Map<String, String> VERBS = Map.of(
            "i",
            "am will",
            "you",
            "are will",
            "he",
            "is will",
            "she",
            "is will",
            "it",
            "is will",
            "we",
            "are will",
            "they",
            "are will",
            "that",
            "is",
            "there",
            "is");

    Contraction {
        WordEdits.share("contraction", "rate", rate);
    }

    static Step.Factory read(Settings section) {
        double rate = section.number("rate", 1, 0, 1);
        return resources -> new Contraction(rate);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return new Contractions(text, rate, random)
                .edit(NOT, Contraction::withNot)
                .edit(PRONOUN, Contraction::withPronoun)
                .edits();
    }

    private static String withNot(Matcher found) {
        String verb = found.group(1);
        if (found.group().endsWith("NOT") && !verb.equals(verb.toUpperCase(Locale.ROOT))) {
            return found.group(); // it is stressed
        }
        String irregular = IRREGULAR.get(verb.toLowerCase(Locale.ROOT));
        return irregular == null ? verb + "n't" : irregular;
    }

    private static String withPronoun(Matcher found) {
        String verb = found.group(3).toLowerCase(Locale.ROOT);
        boolean agrees =
                VERBS.getOrDefault(found.group(1).toLowerCase(Locale.ROOT), "").contains(verb);
        return agrees ? found.group(1) + ENDINGS.get(verb) : found.group();
    }
}
