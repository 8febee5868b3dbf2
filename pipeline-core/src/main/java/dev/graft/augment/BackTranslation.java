// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import dev.graft.config.Settings;
import dev.graft.corpus.Span;
import dev.graft.text.AnalyzedText;
import dev.graft.translate.Apertium;
import dev.graft.translate.Pivot;
import dev.graft.translate.Translator;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Translates sentences into a pivot language and back (Sennrich et al. 2016; as augmentation, Xie et al. 2020, section
 * 3). An edit replaces a whole sentence; one with an annotated span, or whose numbers, names, addresses or negation do not come back is left alone.
 * A rule-based translator has one answer, so a second copy at {@code rate} 1 repeats the first.
 *
 * @param there from English into the pivot
 * @param back from the pivot into English
 * @param rate probability that a sentence is translated, from 0 to 1
 */
record BackTranslation(Translator there, Translator back, double rate) implements Augmenter {
    BackTranslation {
        Draw.share("back-translation", "rate", rate);
    }

    static Step.Factory read(Settings section) {
        double rate = section.number("rate", 1, 0, 1);
        Pivot pivot = section.choice("pivot", Pivot.class, Pivot.EO);
        return resources -> new BackTranslation(
                new Apertium(pivot.there(), pivot.debianPackage()),
                new Apertium(pivot.back(), pivot.debianPackage()),
                rate);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        List<Span> chosen = Sentences.free(text).stream()
                .filter(sentence -> random.nextDouble() < rate)
                .toList();
        List<String> sources = chosen.stream()
                .map(sentence -> text.text().substring(sentence.start(), sentence.end()))
                .toList();
        List<String> returned = back.translate(there.translate(sources));
        List<Edit> edits = new ArrayList<>();
        for (int i = 0; i < chosen.size(); i++) {
            Span sentence = chosen.get(i);
            if (!returned.get(i).isBlank()
                    && !returned.get(i).equals(sources.get(i))
                    && keepsProtected(text, sentence, returned.get(i))) {
                edits.add(new Edit(sentence.start(), sentence.end(), returned.get(i)));
            }
        }
        return edits;
    }

    private static boolean keepsProtected(AnalyzedText text, Span sentence, String returned) {
        return text.protectedSpans().stream()
                .filter(span -> span.overlaps(sentence.start(), sentence.end()))
                .allMatch(span -> span.start() >= sentence.start()
                        && span.end() <= sentence.end()
                        && returned.contains(text.text().substring(span.start(), span.end())));
    }
}
