// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.Faithful;
import dev.graft.augment.parts.Rewriting;
import dev.graft.augment.parts.Sentences;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.corpus.Span;
import dev.graft.task.SentenceEncoder;
import dev.graft.text.AnalyzedText;
import dev.graft.translate.Apertium;
import dev.graft.translate.Manner;
import dev.graft.translate.Pivot;
import dev.graft.translate.Translator;
import dev.graft.translate.Translator.Draft;
import dev.graft.translate.Translator.Translation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
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
 * @param encoder which knows what words are common
 * @param engine who translates
 * @param manners how models do
 * @param take what is taken of their answers
 * @param choice which takes it
 */
record BackTranslation(
        List<List<Translator>> chains,
        double rate,
        SentenceEncoder encoder,
        Engine engine,
        Manners manners,
        Take take,
        Choice choice)
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
        STUDENTS,
        /** MarianMT, M2M-100 or NLLB, in folders as a hub has them. */
        MARIAN
    }

    /** Chars of a sentence that rules may read. */
    private static final int LONGEST = 600;

    /** Of models from a hub, where the section has none. */
    private static final int BEAMS = 4;

    static Step.Factory read(Settings section) {
        return switch (section.choice(
                "engine", Engine.class, PivotChains.areNamed(section) ? Engine.MARIAN : Engine.APERTIUM)) {
            case APERTIUM -> readApertium(section);
            case STUDENTS -> readModels(section, Engine.STUDENTS);
            case MARIAN -> readModels(section, Engine.MARIAN);
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
                resources.encoder(),
                Engine.APERTIUM,
                Manners.GREEDY,
                Take.SENTENCES,
                new WholeChoice(new Agreeing(resources.encoder(), minSimilarity, -1), Faithful::keeps));
    }

    private static Step.Factory readModels(Settings section, Engine engine) {
        double rate = section.number("rate", 1, 0, 1);
        double minSimilarity = section.number("min-similarity", 0.85, -1, 1);
        double minWordSimilarity = section.number("min-word-similarity", 0.62, -1, 1);
        boolean students = engine == Engine.STUDENTS;
        Take take = section.choice("take", Take.class, students ? Take.WORDS : Take.SENTENCES);
        Manners manners = Manners.read(section, students ? 1 : BEAMS, take);
        PivotChains chains = PivotChains.read(section, engine);
        return resources -> {
            Agreeing agreeing = new Agreeing(resources.encoder(), minSimilarity, minWordSimilarity);
            return new BackTranslation(
                    chains.load(resources),
                    rate,
                    resources.encoder(),
                    engine,
                    manners,
                    take,
                    switch (take) {
                        case SENTENCES -> new WholeChoice(agreeing, (source, back) -> true);
                        case WORDS -> new WordChoice(agreeing);
                    });
        };
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return proposal(text, random).edits();
    }

    @Override
    public Proposal proposal(AnalyzedText text, RandomGenerator random) {
        return proposed(List.of(drawn(text, List.of(random)))).get(0).get(0);
    }

    @Override
    public List<List<Edit>> edits(AnalyzedText text, List<RandomGenerator> randoms) {
        return proposed(List.of(drawn(text, randoms))).get(0).stream()
                .map(Proposal::edits)
                .toList();
    }

    /** Sentences of all documents go through the translators together. */
    @Override
    public List<List<Proposal>> proposals(List<Asked> documents) {
        try {
            return proposed(documents.stream()
                    .map(each -> drawn(each.text(), each.randoms()))
                    .toList());
        } catch (RuntimeException ofSome) {
            return documents.stream()
                    .map(each -> Proposal.each(each, this::proposal))
                    .toList();
        }
    }

    /**
     * A sentence of a document in one of the ways in which it may be translated.
     *
     * @param sentence its index
     */
    private record Way(int sentence, long seed) {}

    /**
     * What is drawn for the copies of a document.
     *
     * @param chain of each copy
     * @param ways of the sentences that are translated, of each copy
     */
    private record Drawn(AnalyzedText text, List<Span> all, int[] chain, List<List<Way>> ways) {
        List<Way> by(int which) {
            return IntStream.range(0, chain.length)
                    .filter(copy -> chain[copy] == which)
                    .boxed()
                    .flatMap(copy -> ways.get(copy).stream())
                    .distinct()
                    .toList();
        }
    }

    /**
     * What came of the ways of a document.
     *
     * @param cut those whose translation was cut off
     */
    private record Rewritten(Map<Way, Edit> edits, Set<Way> cut) {}

    /** What each copy gets. Equal sentences are asked for once, and have one answer whatever copy asks. */
    private List<List<Proposal>> proposed(List<Drawn> drawn) {
        List<List<Rewritten>> byChain = IntStream.range(0, chains.size())
                .mapToObj(chain -> rewritten(drawn, chain))
                .toList();
        List<List<Proposal>> all = new ArrayList<>();
        for (int i = 0; i < drawn.size(); i++) {
            List<Proposal> copies = new ArrayList<>();
            for (int copy = 0; copy < drawn.get(i).chain.length; copy++) {
                Rewritten rewritten = byChain.get(drawn.get(i).chain[copy]).get(i);
                List<Way> ways = drawn.get(i).ways.get(copy);
                List<Edit> edits = ways.stream()
                        .map(rewritten.edits::get)
                        .filter(Objects::nonNull)
                        .toList();
                boolean cut = ways.stream().anyMatch(rewritten.cut::contains);
                copies.add(new Proposal(edits, null, cut ? "truncated" : ""));
            }
            all.add(copies);
        }
        return all;
    }

    private Drawn drawn(AnalyzedText text, List<RandomGenerator> randoms) {
        List<Span> sentences = Sentences.free(text);
        Drawn drawn = new Drawn(text, sentences, new int[randoms.size()], new ArrayList<>());
        for (int copy = 0; copy < drawn.chain.length; copy++) {
            RandomGenerator random = randoms.get(copy);
            drawn.chain[copy] = random.nextInt(chains.size());
            List<Way> ways = new ArrayList<>();
            for (int i = 0; i < sentences.size(); i++) {
                if (random.nextDouble() < rate) {
                    ways.add(new Way(i, manners.there().seed(random)));
                }
            }
            drawn.ways.add(ways);
        }
        return drawn;
    }

    /** What a chain of translators makes of each document. */
    private List<Rewritten> rewritten(List<Drawn> documents, int chain) {
        List<Rewritten> all = new ArrayList<>();
        List<Open> open = new ArrayList<>();
        for (Drawn document : documents) {
            List<Way> ways = document.by(chain);
            Rewritten rewritten = new Rewritten(new HashMap<>(), new HashSet<>());
            all.add(rewritten);
            rewritings(document, ways)
                    .forEach((sentence, rewriting) -> ways.stream()
                            .filter(way -> way.sentence == sentence)
                            .forEach(way -> open.add(new Open(way, rewriting, new ArrayList<>(), rewritten))));
        }
        ask(open, chain, manners.there(), manners.back(), way -> List.of(way.seed));
        switch (take) {
            case SENTENCES ->
                manners.again()
                        .ifPresentOrElse(
                                again -> {
                                    List<Open> left = settled(open);
                                    ask(left, chain, again.there(), again.back(), way -> again.seeds());
                                    settled(left);
                                },
                                () -> settled(open));
            case WORDS -> {
                manners.again().ifPresent(again -> ask(open, chain, again.there(), again.back(), way -> again.seeds()));
                settled(open);
            }
        }
        return all;
    }

    /**
     * A sentence that is to be rewritten in one way.
     *
     * @param answers what came back so far
     * @param into where what comes of it is put
     */
    private record Open(Way way, Rewriting rewriting, List<Translation> answers, Rewritten into) {
        List<Draft> drafts(Function<Way, List<Long>> seeds) {
            return seeds.apply(way).stream()
                    .map(seed -> new Draft(rewriting.question(), seed))
                    .toList();
        }
    }

    /** @param seeds of a way's drafts */
    private void ask(List<Open> open, int chain, Manner there, Manner home, Function<Way, List<Long>> seeds) {
        Map<Draft, Translation> answered = through(
                chains.get(chain),
                open.stream()
                        .flatMap(each -> each.drafts(seeds).stream())
                        .distinct()
                        .toList(),
                there,
                home);
        for (Open each : open) {
            each.drafts(seeds).stream()
                    .map(answered::get)
                    .filter(Objects::nonNull)
                    .forEach(each.answers::add);
        }
    }

    /**
     * Rewrites what came back well.
     *
     * @return what did not, but for what was cut off
     */
    private List<Open> settled(List<Open> open) {
        List<Optional<String>> chosen = choice.of(open.stream()
                .map(each -> new Choice.Answered(
                        each.rewriting,
                        each.answers.stream()
                                .filter(answer -> !isCut(answer))
                                .map(Translation::text)
                                .toList()))
                .toList());
        List<Open> left = new ArrayList<>();
        for (int i = 0; i < open.size(); i++) {
            Open each = open.get(i);
            if (chosen.get(i).isPresent()) {
                each.into.edits.put(each.way, each.rewriting.edit(chosen.get(i).get()));
            } else if (each.answers.stream().anyMatch(this::isCut)) {
                each.into.cut.add(each.way);
            } else {
                left.add(each);
            }
        }
        return left;
    }

    private boolean isCut(Translation answer) {
        return answer.truncated() && !manners.allowTruncated();
    }

    private Map<Integer, Rewriting> rewritings(Drawn document, List<Way> ways) {
        Map<Integer, Rewriting> rewritings = new TreeMap<>();
        ways.stream().mapToInt(Way::sentence).distinct().forEach(i -> {
            Rewriting rewriting = Rewriting.of(document.text, document.all.get(i), encoder::knows);
            if (rewriting.isPossible() && isReadable(rewriting.source())) {
                rewritings.put(i, rewriting);
            }
        });
        return rewritings;
    }

    /** Drafts from hop to hop; one that a hop does not answer has no translation. */
    private Map<Draft, Translation> through(List<Translator> chain, List<Draft> questions, Manner there, Manner home) {
        Map<Draft, Translation> before = new LinkedHashMap<>();
        questions.forEach(each -> before.put(each, new Translation(each.sentence(), false, false)));
        for (int hop = 0; hop < chain.size() && !before.isEmpty(); hop++) {
            List<Map.Entry<Draft, Translation>> asked = List.copyOf(before.entrySet());
            boolean last = hop == chain.size() - 1;
            // There and back are chosen by one number.
            int choices = last ? Manners.answers(there) : 1;
            List<Optional<Translation>> answers = chain.get(hop)
                    .drafts(
                            asked.stream()
                                    .map(each -> new Draft(
                                            each.getValue().text(),
                                            each.getKey().seed() / choices))
                                    .toList(),
                            last ? home : there);
            before.clear();
            for (int i = 0; i < asked.size(); i++) {
                Map.Entry<Draft, Translation> each = asked.get(i);
                answers.get(i)
                        .ifPresent(answer -> before.put(
                                each.getKey(),
                                new Translation(
                                        answer.text(),
                                        answer.truncated() || each.getValue().truncated(),
                                        false)));
            }
        }
        return before;
    }

    private boolean isReadable(String source) {
        return switch (engine) {
            case STUDENTS, MARIAN -> true;
            case APERTIUM -> source.length() < LONGEST && Faithful.isWellFormed(source);
        };
    }
}
