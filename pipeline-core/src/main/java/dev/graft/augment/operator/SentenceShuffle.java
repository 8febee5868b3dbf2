// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.Sentences;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.corpus.Span;
import dev.graft.random.Draw;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts the sentences of a paragraph into another order; the white space between them stays where it is. A sentence that hangs
 * on the one before it ("But", "It", "Then") goes with it. What is no running text keeps its place (headings, lists, tables,
 * code, greetings, signatures), and so does a sentence with an annotated span. The order is never the one that was, and the
 * steps of a procedure keep theirs.
 *
 * @param rate probability that a text is shuffled, from 0 to 1; default 1
 */
record SentenceShuffle(double rate) implements Augmenter {
    private static final Pattern FIRST_WORD = Pattern.compile("\\P{L}*+(\\p{L}++)");
    /** What speaks of the sentence before it. */
    private static final Set<String> HANGING =
            Set.of(("and but or so yet then also however therefore because instead otherwise"
                            + " first second third besides moreover still thus hence afterwards later next finally it its this that these those they them their"
                            + " he him his she her both neither such now there here after before when once if")
                    .split(" "));

    private static final Set<String> POINTING =
            Set.of(("it its them they him he her she this these those such").split(" "));

    SentenceShuffle {
        WordEdits.share("sentence-shuffle", "rate", rate);
    }

    static Step.Factory read(Settings section) {
        double rate = section.number("rate", 1, 0, 1);
        return resources -> new SentenceShuffle(rate);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        if (random.nextDouble() >= rate) {
            return List.of();
        }
        List<Edit> edits = new ArrayList<>();
        for (List<Span> paragraph : paragraphs(text)) {
            edits.addAll(shuffled(text, paragraph, random));
        }
        return edits;
    }

    /** Runs of what moves as a whole, a list for each paragraph. */
    private static List<List<Span>> paragraphs(AnalyzedText text) {
        Set<Span> free = new HashSet<>(Sentences.free(text));
        List<Span> fixed = text.fixed();
        List<List<Span>> paragraphs = new ArrayList<>();
        List<Span> now = new ArrayList<>();
        int next = 0;
        int end = 0;
        for (Span sentence : text.sentences()) {
            while (next < fixed.size() && fixed.get(next).end() <= sentence.start()) {
                next++;
            }
            boolean fixedHere = next < fixed.size() && fixed.get(next).start() < sentence.end();
            if (fixedHere || text.text().substring(end, sentence.start()).indexOf('\n') >= 0) {
                paragraphs.add(now);
                now = new ArrayList<>();
            }
            if (!fixedHere && free.contains(sentence)) {
                Span last = now.isEmpty() ? null : now.get(now.size() - 1);
                boolean hangs = end > 0 && hangs(text, sentence);
                if (hangs && last != null && last.end() == end) {
                    now.set(now.size() - 1, new Span(last.start(), sentence.end(), ""));
                } else if (!hangs || now.isEmpty()) {
                    now.add(new Span(sentence.start(), sentence.end(), ""));
                }
            }
            end = sentence.end();
        }
        paragraphs.add(now);
        return paragraphs;
    }

    private static boolean hangs(AnalyzedText text, Span sentence) {
        Matcher first = FIRST_WORD.matcher(text.text()).region(sentence.start(), sentence.end());
        return first.lookingAt() && HANGING.contains(first.group(1).toLowerCase(Locale.ROOT))
                || speaksOfAnother(text, sentence);
    }

    /** "We need it back": what it is was said before. */
    private static boolean speaksOfAnother(AnalyzedText text, Span sentence) {
        for (Token token : text.tokens()) {
            if (token.start() >= sentence.end()) {
                return false;
            }
            if (token.start() >= sentence.start()) {
                if (token.tag().equals("NOUN") || token.tag().equals("PROPN")) {
                    return false;
                }
                if (POINTING.contains(text.textOf(token).toLowerCase(Locale.ROOT))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether two of the sentences begin with a verb, as the steps of a recipe do. */
    private static boolean isProcedure(AnalyzedText text, List<Span> places) {
        List<Token> tokens = text.tokens();
        int verbs = 0;
        int next = 0;
        for (Span place : places) {
            while (next < tokens.size() && tokens.get(next).start() < place.start()) {
                next++;
            }
            verbs += next < tokens.size() && tokens.get(next).tag().equals("VERB") ? 1 : 0;
        }
        return verbs > 1;
    }

    private static List<Edit> shuffled(AnalyzedText text, List<Span> places, RandomGenerator random) {
        List<String> here =
                places.stream().map(place -> Sentences.textOf(text, place)).toList();
        if (new HashSet<>(here).size() < 2 || isProcedure(text, places)) {
            return List.of();
        }
        List<String> there = Draw.shuffled(here, random);
        while (there.equals(here)) {
            there = Draw.shuffled(here, random);
        }
        List<Edit> edits = new ArrayList<>();
        for (int i = 0; i < here.size(); i++) {
            if (!here.get(i).equals(there.get(i))) {
                edits.add(new Edit(places.get(i).start(), places.get(i).end(), there.get(i)));
            }
        }
        return edits;
    }
}
