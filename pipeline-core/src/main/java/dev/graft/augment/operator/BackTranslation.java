// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.Casing;
import dev.graft.augment.parts.Faithful;
import dev.graft.augment.parts.Sentences;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.corpus.Span;
import dev.graft.nn.SentenceEncoder;
import dev.graft.text.AnalyzedText;
import dev.graft.translate.Apertium;
import dev.graft.translate.Pivot;
import dev.graft.translate.Translator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Translates sentences into a pivot language and back (Sennrich et al. 2016; as augmentation, Xie et al. 2020, section
 * 3). Rough, and for well-formed English only: other sentences, and those with an annotated span, are left alone. An edit
 * replaces a whole sentence. What is protected goes through as a placeholder; where one is lost, or what comes back speaks of
 * other persons, turns the meaning, has words that are not English ({@link Faithful}) or is not near to it, the sentence
 * stays.
 * A rule-based translator has one answer, so a second copy at {@code rate} 1 repeats the first.
 *
 * @param there from English into the pivot
 * @param back from the pivot into English
 * @param rate probability that a sentence is translated, from 0 to 1
 * @param minSimilarity least cosine of the embeddings of a sentence and what comes back of it
 */
record BackTranslation(Translator there, Translator back, double rate, double minSimilarity, SentenceEncoder encoder)
        implements Augmenter {
    /** What a translator must see to read the sentence. */
    private static final Set<String> GRAMMAR = Set.of("negation", "modal");

    private static final int LONGEST = 600;

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
        double minSimilarity = section.number("min-similarity", 0.95, -1, 1);
        if (!Apertium.isInstalled(pivot)) {
            section.lacks("pivot", Apertium.missing(pivot));
        }
        return resources -> new BackTranslation(
                new Apertium(pivot.there(), pivot.debianPackage()),
                new Apertium(pivot.back(), pivot.debianPackage()),
                rate,
                minSimilarity,
                resources.encoder());
    }

    /** A sentence whose protected spans have placeholders. */
    private record Masked(String text, Map<String, String> spans) {}

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        List<Span> chosen = Sentences.free(text).stream()
                .filter(sentence -> random.nextDouble() < rate)
                .filter(sentence -> sentence.end() - sentence.start() < LONGEST)
                .filter(sentence -> Faithful.isWellFormed(Sentences.textOf(text, sentence)))
                .toList();
        List<Masked> sources =
                chosen.stream().map(sentence -> masked(text, sentence)).toList();
        List<String> returned = returned(sources.stream().map(Masked::text).toList());
        List<Edit> edits = new ArrayList<>();
        for (int i = 0; i < chosen.size(); i++) {
            Span sentence = chosen.get(i);
            String source = Sentences.textOf(text, sentence);
            String made = unmasked(returned.get(i), sources.get(i));
            if (!made.isBlank() && !made.equals(source) && Faithful.keeps(source, made) && isNear(source, made)) {
                edits.add(new Edit(sentence.start(), sentence.end(), made));
            }
        }
        return edits;
    }

    /** By four decimals: beyond them a score differs between machines. */
    private boolean isNear(String source, String made) {
        List<float[]> both = encoder.embed(List.of(source, made));
        return Math.round(1e4 * SentenceEncoder.cosine(both.get(0), both.get(1))) >= Math.round(1e4 * minSimilarity);
    }

    private static Masked masked(AnalyzedText text, Span sentence) {
        StringBuilder masked = new StringBuilder();
        Map<String, String> spans = new LinkedHashMap<>();
        int at = sentence.start();
        for (Span span : Sentences.guarded(text, sentence)) {
            if (GRAMMAR.contains(span.label())) {
                continue;
            }
            String placeholder = "Qx" + (char) ('a' + spans.size() % 26) + (spans.size() < 26 ? "" : "z");
            int end = markless(text.text(), span);
            masked.append(text.text(), at, span.start()).append(placeholder);
            spans.put(placeholder, text.text().substring(span.start(), end));
            at = end;
        }
        return new Masked(masked.append(text.text(), at, sentence.end()).toString(), spans);
    }

    /** The end of a span without the mark behind it, which belongs to the sentence. */
    private static int markless(String text, Span span) {
        int end = span.end();
        while (end > span.start() + 1 && ".,;:!?".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        return end;
    }

    /** The spans in their places again; empty where one is lost or doubled. */
    private static String unmasked(String returned, Masked source) {
        String made = returned;
        for (Map.Entry<String, String> span : source.spans.entrySet()) {
            int first = made.indexOf(span.getKey());
            if (first < 0 || made.indexOf(span.getKey(), first + 1) >= 0) {
                return "";
            }
            made = made.replace(span.getKey(), span.getValue());
        }
        return made;
    }

    /** What comes back of sentences, in their case; the translators know few words in capitals. */
    private List<String> returned(List<String> sources) {
        if (sources.isEmpty()) {
            return List.of();
        }
        List<String> small = sources.stream()
                .map(source -> Casing.isCapitals(source) ? source.toLowerCase(Locale.ROOT) : source)
                .toList();
        List<String> returned = back.translate(there.translate(small));
        return IntStream.range(0, sources.size())
                .mapToObj(i -> returned.get(i).isBlank()
                        ? ""
                        : Casing.like(returned.get(i).strip(), sources.get(i)))
                .toList();
    }
}
