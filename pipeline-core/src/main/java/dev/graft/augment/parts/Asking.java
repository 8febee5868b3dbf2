// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** How a sentence asks, or that it does not. */
record Asking(Utterance sentence) {
    private static final Set<String> ASKING =
            Utterance.words("who whom whose what when where why which how can could do does did"
                    + " is are am was were will would should shall may might have has don't doesn't didn't isn't aren't wasn't"
                    + " weren't can't couldn't won't wouldn't shouldn't haven't hasn't");
    private static final Set<String> VERBS =
            Utterance.words("can could do does did is are am was were will would should shall may"
                    + " might have has don't doesn't didn't isn't aren't can't couldn't won't wouldn't");
    private static final Pattern INVERTED = Pattern.compile("(?<!\\b(?:i|he|she|we|they) )\\b(?:"
            + String.join("|", VERBS) + ") (?:i|you|he|she|it|we|they|there|someone|anyone)\\b");
    private static final Set<String> WH = Utterance.words("who what when where why which how");
    private static final Set<String> ASKING_AND_IS =
            Utterance.words("what's where's who's how's when's whats wheres whos hows");
    private static final Set<String> HAVE = Utterance.words("have has haven't hasn't");
    private static final Set<String> ADVERBS = Utterance.words("why how when where");
    private static final Set<String> DO = Utterance.words("do does did don't doesn't didn't");

    /** Whether a question becomes a statement, or the other way, or asks for something else. */
    boolean isOtherwiseIn(Asking back) {
        return sentence.asks() != back.sentence.asks()
                || inverted() != back.inverted()
                || opensWithVerb() != back.opensWithVerb()
                || (sentence.asks() && hasVerb() && !back.hasVerb())
                || (sentence.asks() && back.hasDo() && !hasDo() && !sentence.future())
                || (opensAsQuestion() && back.opensAsQuestion() && asksBeforeVerb() != back.asksBeforeVerb())
                || (asksBeforeVerb()
                        && !sentence.words().get(0).equals(back.sentence.words().get(0)))
                || asksAtOnce() != back.asksAtOnce()
                || (back.opensWithHave() && !opensWithHave() && back.sentence.count("have") > sentence.count("have"))
                || (turnsAtOnce() && back.asksByAdverb() && !back.turnsAtOnce());
    }

    /** Whether what did happen happens. */
    boolean leavesThePastIn(Asking back) {
        return did() && !back.did() && (back.hasDo() || !back.sentence.tellsOfPast());
    }

    /** Whether it begins as questions do. */
    boolean opensAsQuestion() {
        return sentence.opens(ASKING);
    }

    private boolean opensWithVerb() {
        return sentence.opens(VERBS);
    }

    boolean hasVerb() {
        return sentence.has(VERBS);
    }

    /** Whether a verb stands before who does it: "could you", not "you could". */
    private boolean inverted() {
        return INVERTED.matcher(sentence.text().toLowerCase(Locale.ROOT)).find();
    }

    /** "what is", "who was" */
    private boolean asksBeforeVerb() {
        return sentence.asks()
                && !opensWithVerb()
                && sentence.words().size() > 1
                && VERBS.contains(sentence.words().get(1))
                && sentence.opens(ASKING);
    }

    /** "why is", "how can" */
    private boolean turnsAtOnce() {
        return asksByAdverb()
                && sentence.words().size() > 1
                && VERBS.contains(sentence.words().get(1));
    }

    /** How often a verb follows upon what asks: "where is the key", not "where the key is". */
    private long asksAtOnce() {
        return IntStream.range(0, sentence.words().size())
                .filter(i -> ASKING_AND_IS.contains(sentence.words().get(i))
                        || (i > 0
                                && VERBS.contains(sentence.words().get(i))
                                && WH.contains(sentence.words().get(i - 1))))
                .count();
    }

    private boolean asksByAdverb() {
        return sentence.opens(ADVERBS);
    }

    private boolean hasDo() {
        return sentence.has(DO);
    }

    private boolean did() {
        return sentence.words().contains("did") || sentence.words().contains("didn't");
    }

    private boolean opensWithHave() {
        return sentence.opens(HAVE);
    }
}
