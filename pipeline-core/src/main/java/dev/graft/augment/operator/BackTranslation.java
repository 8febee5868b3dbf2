// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.Casing;
import dev.graft.augment.parts.Sentences;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.corpus.Span;
import dev.graft.text.AnalyzedText;
import dev.graft.translate.Apertium;
import dev.graft.translate.Pivot;
import dev.graft.translate.Translator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
        WordEdits.share("back-translation", "rate", rate);
    }

    /** Who translates: {@code engine}. */
    private enum Engine {
        /** Rules, as Debian packages them. */
        APERTIUM,
        /** The models of Firefox Translations. */
        STUDENTS
    }

    static Step.Factory read(Settings section) {
        return switch (section.choice("engine", Engine.class, Engine.APERTIUM)) {
            case APERTIUM -> readApertium(section);
            case STUDENTS -> PivotTranslation.read(section);
        };
    }

    private static Step.Factory readApertium(Settings section) {
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
                .map(sentence -> Sentences.textOf(text, sentence))
                .toList();
        List<String> returned = returned(sources);
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

    /** What comes back of sentences, in their case; the translators know few words in capitals. */
    private List<String> returned(List<String> sources) {
        List<String> small = sources.stream()
                .map(source -> Casing.isCapitals(source) ? source.toLowerCase(Locale.ROOT) : source)
                .toList();
        List<String> returned = back.translate(there.translate(small));
        return IntStream.range(0, sources.size())
                .mapToObj(i -> returned.get(i).isEmpty() ? "" : Casing.like(returned.get(i), sources.get(i)))
                .toList();
    }

    private static boolean keepsProtected(AnalyzedText text, Span sentence, String returned) {
        Map<String, Long> guarded = Sentences.guarded(text, sentence).stream()
                .collect(Collectors.groupingBy(
                        span -> text.text().substring(span.start(), span.end()), Collectors.counting()));
        return guarded.entrySet().stream().allMatch(each -> occurrences(returned, each.getKey()) >= each.getValue());
    }

    /** How often a stretch stands in a text, but not within a word: there is no "no" in "know". */
    private static long occurrences(String text, String stretch) {
        return Pattern.compile("(?<![\\p{L}\\p{N}])" + Pattern.quote(stretch) + "(?![\\p{L}\\p{N}])")
                .matcher(text)
                .results()
                .count();
    }
}
