// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.Rewriting;
import dev.graft.augment.parts.Sentences;
import dev.graft.augment.parts.WordEdits;
import dev.graft.checkpoint.StudentFolder;
import dev.graft.config.Settings;
import dev.graft.corpus.Span;
import dev.graft.hub.Catalogue;
import dev.graft.nn.SentenceEncoder;
import dev.graft.text.AnalyzedText;
import dev.graft.translate.Translator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Back-translation by models (Sennrich et al. 2016; Edunov et al. 2018): sentences through one or several pivot
 * languages and back, one edit a sentence, narrowed to what differs. Numbers, names, addresses and symbols go through as codes. A
 * sentence stays as it was where a code does not come back, where what comes back has a {@linkplain dev.graft.augment.parts.RoundTrip fault},
 * holds a word that is neither common nor the sentence's own, or means something else.
 *
 * @param chains of translators from English through pivots back into English; a copy draws one of them
 * @param rate probability that a sentence is translated, from 0 to 1
 * @param minSimilarity least cosine of the embeddings of a sentence and what comes back of it
 * @param encoder which embeds, and knows what words are common
 */
record PivotTranslation(List<List<Translator>> chains, double rate, double minSimilarity, SentenceEncoder encoder)
        implements Augmenter {
    PivotTranslation {
        WordEdits.share("back-translation", "rate", rate);
        chains = List.copyOf(chains);
    }

    private static final String ENGLISH = "en";
    private static final Pattern LANGUAGE = Pattern.compile("[a-z]{2,3}");

    static Step.Factory read(Settings section) {
        double rate = section.number("rate", 1, 0, 1);
        double minSimilarity = section.number("min-similarity", 0.85, -1, 1);
        List<List<String>> pivots = section.lists("pivots", List.of(List.of("pt")));
        if (pivots.isEmpty()
                || pivots.stream()
                        .anyMatch(chain -> chain.isEmpty()
                                || !chain.stream()
                                        .allMatch(each -> LANGUAGE.matcher(each).matches()))) {
            section.problem("pivots", "chains of languages, such as [[pt]] or [[pt], [de, fr]]", pivots);
            return resources -> (text, random) -> List.of();
        }
        List<List<String>> directions =
                pivots.stream().map(PivotTranslation::directions).toList();
        Path models = section.has("models") ? section.folder("models") : Catalogue.cache();
        directions.stream().flatMap(List::stream).distinct().forEach(direction -> {
            if (!StudentFolder.is(models.resolve(direction))) {
                section.lacks(
                        section.has("models") ? "models" : "pivots",
                        "there is no model in " + models.resolve(direction) + "; to get it: graft pull " + direction);
            }
        });
        return resources -> new PivotTranslation(
                directions.stream()
                        .map(chain -> chain.stream()
                                .map(direction -> resources.translator(models.resolve(direction)))
                                .toList())
                        .toList(),
                rate,
                minSimilarity,
                resources.encoder());
    }

    /** English to the first pivot, on to the next, and back: "en-de", "de-fr", "fr-en". */
    private static List<String> directions(List<String> chain) {
        List<String> directions = new ArrayList<>();
        String from = ENGLISH;
        for (String to : chain) {
            directions.add(from + "-" + to);
            from = to;
        }
        directions.add(from + "-" + ENGLISH);
        return directions;
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return edits(text, List.of(random)).get(0);
    }

    @Override
    public List<List<Edit>> edits(AnalyzedText text, List<RandomGenerator> randoms) {
        List<Span> sentences = Sentences.free(text);
        Map<Integer, List<Optional<Edit>>> byChain = new HashMap<>();
        List<List<Edit>> copies = new ArrayList<>();
        for (RandomGenerator random : randoms) {
            int chain = random.nextInt(chains.size());
            List<Optional<Edit>> edits =
                    byChain.computeIfAbsent(chain, drawn -> rewritten(text, sentences, chains.get(drawn)));
            copies.add(edits.stream()
                    .filter(edit -> random.nextDouble() < rate)
                    .flatMap(Optional::stream)
                    .toList());
        }
        return copies;
    }

    /** One answer a sentence: the same whatever copy asks. */
    private List<Optional<Edit>> rewritten(AnalyzedText text, List<Span> sentences, List<Translator> chain) {
        List<Rewriting> rewritings = sentences.stream()
                .map(sentence -> Rewriting.of(text, sentence, encoder::knows))
                .toList();
        int[] asked = IntStream.range(0, rewritings.size())
                .filter(i -> rewritings.get(i).isPossible())
                .toArray();
        List<Optional<String>> answers = IntStream.of(asked)
                .mapToObj(i -> Optional.of(rewritings.get(i).question()))
                .toList();
        for (Translator translator : chain) {
            answers = next(translator, answers);
        }
        List<Optional<Edit>> edits = new ArrayList<>();
        sentences.forEach(sentence -> edits.add(Optional.empty()));
        for (int i = 0; i < asked.length; i++) {
            Rewriting rewriting = rewritings.get(asked[i]);
            edits.set(
                    asked[i],
                    answers.get(i)
                            .flatMap(answer -> rewriting.answered(answer, encoder::knows))
                            .filter(answer -> similar(rewriting.source(), answer))
                            .map(rewriting::edit));
        }
        return edits;
    }

    private static List<Optional<String>> next(Translator translator, List<Optional<String>> sentences) {
        List<Optional<String>> answers = translator.answers(
                sentences.stream().map(sentence -> sentence.orElse("")).toList());
        return IntStream.range(0, sentences.size())
                .mapToObj(i -> sentences.get(i).flatMap(asked -> answers.get(i)))
                .toList();
    }

    private boolean similar(String source, String answer) {
        List<float[]> both = encoder.embed(List.of(source, answer));
        return Math.round(1e4 * SentenceEncoder.cosine(both.get(0), both.get(1))) >= Math.round(1e4 * minSimilarity);
    }
}
