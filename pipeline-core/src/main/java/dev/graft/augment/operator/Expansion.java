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
 * Expands contractions: "don't" becomes "do not", "we're" becomes "we are". The meaning stays, so negation and modal words,
 * which others leave alone, may be edited. Left alone is what has two readings ("he's gone", "she'd") and a question that
 * would change its word order ("don't you?", "isn't Anna coming?", "why don't people?").
 *
 * @param rate probability that a place is expanded, from 0 to 1; default 1
 */
record Expansion(double rate) implements Augmenter {
    private static final Pattern NOT = Pattern.compile(
            "(?iu)\\b(?=\\p{L}{1,7}['’]t)(?:(?<=[\\p{L}\\p{N},'’\")] )|(?![^.!?\\n]{0,200}\\?))(?<!\\bwhy )(is|are|was|were|do|does|did|has|have|had|could|should|would|must|need|ca|wo|sha)n['’]t\\b(?!['’])"
                    + "(?! (?:i|you|he|she|it|we|they|there|this|that|these|those|the|my|your|our)\\b)");
    private static final Pattern ENDING = Pattern.compile(
            "(?iu)\\b(i['’]m|(?:you|we|they)['’]re|(?:i|you|he|she|it|we|they)['’]ll|(?:i|you|we|they)['’]ve)\\b(?!['’])");
    private static final Pattern LET_US = Pattern.compile("(?iu)\\b(let)['’]s\\b");
    private static final Map<String, String> IRREGULAR = Map.of("ca", "cannot", "wo", "will not", "sha", "shall not");
    private static final Map<String, String> VERBS = Map.of("m", " am", "re", " are", "ll", " will", "ve", " have");

    Expansion {
        WordEdits.share("expansion", "rate", rate);
    }

    static Step.Factory read(Settings section) {
        double rate = section.number("rate", 1, 0, 1);
        return resources -> new Expansion(rate);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return new Contractions(text, rate, random)
                .edit(NOT, Expansion::withNot)
                .edit(ENDING, Expansion::withVerb)
                .edit(LET_US, found -> found.group(1) + " us")
                .edits();
    }

    private static String withNot(Matcher found) {
        String verb = found.group(1);
        String irregular = IRREGULAR.get(verb.toLowerCase(Locale.ROOT));
        return irregular == null ? verb + " not" : irregular;
    }

    private static String withVerb(Matcher found) {
        String all = found.group();
        int apostrophe = Math.max(all.indexOf('\''), all.indexOf('’'));
        return all.substring(0, apostrophe)
                + VERBS.get(all.substring(apostrophe + 1).toLowerCase(Locale.ROOT));
    }
}
