// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.Faithful;
import dev.graft.augment.parts.Rewriting;
import dev.graft.augment.parts.Sentences;
import dev.graft.augment.parts.WordEdits;
import dev.graft.checkpoint.StudentFolder;
import dev.graft.config.Settings;
import dev.graft.corpus.Span;
import dev.graft.hub.Catalogue;
import dev.graft.task.SentenceEncoder;
import dev.graft.text.AnalyzedText;
import dev.graft.translate.Apertium;
import dev.graft.translate.Pivot;
import dev.graft.translate.Translator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Sentences through one or several pivot languages and back (Sennrich et al. 2016; Edunov et al. 2018; as augmentation, Xie et
 * al. 2020, section 3), one edit a sentence, narrowed to what differs. Numbers, names, addresses and symbols go through as
 * codes. A sentence stays as it was where a code does not come back, where what comes back has a
 * {@linkplain dev.graft.augment.parts.RoundTrip fault}, holds a word that is neither common nor the sentence's own, or means
 * something else. What goes by rules is rough: it takes well-formed sentences alone, and what it makes of them must also be
 * {@linkplain Faithful faithful} by its words.
 *
 * @param chains of translators from English through pivots back into English; a copy draws one of them
 * @param rate probability that a sentence is translated, from 0 to 1
 * @param minSimilarity least cosine of the embeddings of a sentence and what comes back of it
 * @param encoder which embeds, and knows what words are common
 * @param engine who translates
 */
record BackTranslation(
        List<List<Translator>> chains, double rate, double minSimilarity, SentenceEncoder encoder, Engine engine)
        implements Augmenter {
    BackTranslation {
        WordEdits.share("back-translation", "rate", rate);
        chains = List.copyOf(chains);
    }

    /** Who translates: {@code engine}. */
    enum Engine {
        /** Rules, as Debian packages them. */
        APERTIUM,
        /** The models of Firefox Translations. */
        STUDENTS
    }

    /** Chars of a sentence that rules may read. */
    private static final int LONGEST = 600;

    private static final String ENGLISH = "en";
    private static final Pattern LANGUAGE = Pattern.compile("[a-z]{2,3}");

    static Step.Factory read(Settings section) {
        return switch (section.choice("engine", Engine.class, Engine.APERTIUM)) {
            case APERTIUM -> readApertium(section);
            case STUDENTS -> readStudents(section);
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
                List.of(List.of(
                        resources.apertium(pivot.there(), pivot.debianPackage()),
                        resources.apertium(pivot.back(), pivot.debianPackage()))),
                rate,
                minSimilarity,
                resources.encoder(),
                Engine.APERTIUM);
    }

    private static Step.Factory readStudents(Settings section) {
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
                pivots.stream().map(BackTranslation::directions).toList();
        Path models = section.has("models") ? section.folder("models") : Catalogue.cache();
        directions.stream().flatMap(List::stream).distinct().forEach(direction -> {
            if (!StudentFolder.is(models.resolve(direction))) {
                section.lacks(
                        section.has("models") ? "models" : "pivots",
                        "there is no model in " + models.resolve(direction) + "; to get it: graft pull " + direction);
            }
        });
        return resources -> new BackTranslation(
                directions.stream()
                        .map(chain -> chain.stream()
                                .map(direction -> resources.translator(models.resolve(direction)))
                                .toList())
                        .toList(),
                rate,
                minSimilarity,
                resources.encoder(),
                Engine.STUDENTS);
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
        return edits(List.of(drawn(text, randoms))).get(0);
    }

    /** Sentences of all documents go through the translators together. */
    @Override
    public List<List<Proposal>> proposals(List<Asked> documents) {
        try {
            return edits(documents.stream()
                            .map(each -> drawn(each.text(), each.randoms()))
                            .toList())
                    .stream()
                    .map(copies -> copies.stream().map(Proposal::of).toList())
                    .toList();
        } catch (RuntimeException ofSome) {
            return Augmenter.super.proposals(documents);
        }
    }

    /**
     * What is drawn for the copies of a document.
     *
     * @param chain of each copy
     * @param sentences of each copy that are translated, by their index
     */
    private record Drawn(AnalyzedText text, List<Span> all, int[] chain, BitSet[] sentences) {
        BitSet by(int which) {
            BitSet asked = new BitSet();
            for (int copy = 0; copy < chain.length; copy++) {
                if (chain[copy] == which) {
                    asked.or(sentences[copy]);
                }
            }
            return asked;
        }
    }

    /** The edits of each copy. Equal sentences are asked for once, and have one answer whatever copy asks. */
    private List<List<List<Edit>>> edits(List<Drawn> drawn) {
        List<List<Map<Integer, Edit>>> byChain = IntStream.range(0, chains.size())
                .mapToObj(chain -> rewritten(drawn, chain))
                .toList();
        List<List<List<Edit>>> all = new ArrayList<>();
        for (int i = 0; i < drawn.size(); i++) {
            List<List<Edit>> copies = new ArrayList<>();
            for (int copy = 0; copy < drawn.get(i).chain.length; copy++) {
                BitSet wanted = drawn.get(i).sentences[copy];
                copies.add(byChain.get(drawn.get(i).chain[copy]).get(i).entrySet().stream()
                        .filter(edit -> wanted.get(edit.getKey()))
                        .map(Map.Entry::getValue)
                        .toList());
            }
            all.add(copies);
        }
        return all;
    }

    private Drawn drawn(AnalyzedText text, List<RandomGenerator> randoms) {
        List<Span> sentences = Sentences.free(text);
        Drawn drawn = new Drawn(text, sentences, new int[randoms.size()], new BitSet[randoms.size()]);
        for (int copy = 0; copy < drawn.chain.length; copy++) {
            RandomGenerator random = randoms.get(copy);
            drawn.chain[copy] = random.nextInt(chains.size());
            drawn.sentences[copy] = new BitSet();
            for (int i = 0; i < sentences.size(); i++) {
                drawn.sentences[copy].set(i, random.nextDouble() < rate);
            }
        }
        return drawn;
    }

    /** The edits of each document that a chain of translators makes, by the index of the sentence. */
    private List<Map<Integer, Edit>> rewritten(List<Drawn> documents, int chain) {
        List<Map<Integer, Rewriting>> rewritings =
                documents.stream().map(each -> rewritings(each, each.by(chain))).toList();
        List<String> questions = rewritings.stream()
                .flatMap(each -> each.values().stream())
                .map(Rewriting::question)
                .distinct()
                .toList();
        List<Optional<String>> answers = questions.stream().map(Optional::of).toList();
        for (Translator translator : questions.isEmpty() ? List.<Translator>of() : chains.get(chain)) {
            answers = next(translator, answers);
        }
        Map<String, Optional<String>> answered = new HashMap<>();
        for (int i = 0; i < questions.size(); i++) {
            answered.put(questions.get(i), answers.get(i));
        }
        return rewritings.stream().map(each -> edits(each, answered)).toList();
    }

    private Map<Integer, Rewriting> rewritings(Drawn document, BitSet which) {
        Map<Integer, Rewriting> rewritings = new TreeMap<>();
        which.stream().forEach(i -> {
            Rewriting rewriting = Rewriting.of(document.text, document.all.get(i), encoder::knows);
            if (rewriting.isPossible() && isReadable(rewriting.source())) {
                rewritings.put(i, rewriting);
            }
        });
        return rewritings;
    }

    private Map<Integer, Edit> edits(Map<Integer, Rewriting> rewritings, Map<String, Optional<String>> answered) {
        Map<Integer, Edit> edits = new TreeMap<>();
        rewritings.forEach((i, rewriting) -> answered.getOrDefault(rewriting.question(), Optional.empty())
                .flatMap(back -> rewriting.answered(back, encoder::knows))
                .filter(back -> isFaithful(rewriting.source(), back))
                .filter(back -> similar(rewriting.source(), back))
                .ifPresent(back -> edits.put(i, rewriting.edit(back))));
        return edits;
    }

    private boolean isReadable(String source) {
        return switch (engine) {
            case STUDENTS -> true;
            case APERTIUM -> source.length() < LONGEST && Faithful.isWellFormed(source);
        };
    }

    private boolean isFaithful(String source, String answer) {
        return switch (engine) {
            case STUDENTS -> true;
            case APERTIUM -> Faithful.keeps(source, answer);
        };
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
