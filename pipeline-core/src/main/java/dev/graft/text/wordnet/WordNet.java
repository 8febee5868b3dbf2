// SPDX-License-Identifier: Apache-2.0
package dev.graft.text.wordnet;

import dev.graft.storage.Sha256;
import dev.graft.text.AnalyzedText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Synonyms from WordNet 3.1 in the form of a word. Answers are remembered, so a word is looked up once. May be shared by threads.
 */
public final class WordNet {
    /** Answers that are remembered for each use; a corpus has as many words as it likes. */
    private static final int REMEMBERED = 100_000;

    /** A synonym that was never met in tagged texts must be known to so many glosses: not "hebdomad" for "week". */
    private static final int GLOSSES = 3;

    /** As which a word is met, of all meetings with it. */
    private static final double LEAST_SHARE = 0.05;

    private final Lexicon lexicon = Shared.LEXICON;
    /** Synonyms by word, one map for each part of speech. */
    private final List<Map<String, List<String>>> remembered = new ArrayList<>();

    /** Loaded when it is first needed, once a JVM. */
    private static final class Shared {
        private static final Lexicon LEXICON = Lexicon.load();
        /** Of each word, the glosses that it stands in. */
        private static final int[] GLOSSES_OF = glosses(LEXICON);

        private static final Thesaurus THESAURUS = new Thesaurus(LEXICON);

        private static int[] glosses(Lexicon lexicon) {
            int[] glosses = new int[lexicon.wordEnds().length];
            for (int word : lexicon.gloss()) {
                glosses[word]++;
            }
            return glosses;
        }
    }

    /** What the lexicon is, and its hash. */
    public static String version() {
        return "3.1, " + Sha256.of(WordNet.class, "wordnet.bin");
    }

    public WordNet() {
        for (int i = 0; i < PartOfSpeech.values().length; i++) {
            remembered.add(new ConcurrentHashMap<>());
        }
    }

    /**
     * Words that may take the place of a token as it stands in its text, in lower case and in its form; often none.
     *
     * @param token index in {@link AnalyzedText#tokens()}
     */
    public List<Synonym> interchangeable(AnalyzedText text, int token) {
        return Shared.THESAURUS.synonyms(text, token);
    }

    /**
     * Words that may take the place of a token if they fit there, which something else must tell: those that are
     * {@linkplain #interchangeable interchangeable} with it, and the synonyms of its most frequent sense that has any
     * of whose own such sense it is one, in lower case and in its form; none for a part of a name, a compound or a fixed phrase.
     *
     * @param token index in {@link AnalyzedText#tokens()}
     */
    public List<String> candidates(AnalyzedText text, int token) {
        Set<String> candidates = new LinkedHashSet<>();
        interchangeable(text, token).forEach(each -> candidates.add(each.word()));
        Use use = Shared.THESAURUS.open(text, token);
        if (use != null) {
            String word = text.textOf(text.tokens().get(token)).toLowerCase(Locale.ROOT);
            String tag = text.tokens().get(token).tag();
            // The first thing that either means is the other: not "throttle" for "limit".
            lookUp(word, use).stream()
                    .filter(each -> synonyms(each, tag).contains(word))
                    .forEach(candidates::add);
        }
        return List.copyOf(candidates);
    }

    /**
     * Synonyms in lower case, of the most frequent sense that has any; empty where the word has none, or none that can
     * be inflected for sure.
     *
     * @param word as it stands in the text
     * @param tag its part of speech (Universal Dependencies)
     */
    public List<String> synonyms(String word, String tag) {
        PartOfSpeech part = PartOfSpeech.of(tag);
        if (part == null) {
            return List.of();
        }
        Map<String, List<String>> known = remembered.get(part.ordinal());
        List<String> synonyms = known.get(word);
        if (synonyms == null) {
            synonyms = List.copyOf(lookUp(word.toLowerCase(Locale.ROOT), Use.any(part)));
            if (known.size() < REMEMBERED) {
                known.put(word, synonyms);
            }
        }
        return synonyms;
    }

    /** Whether a word, in any case, is a form of an adjective. */
    public static boolean isAdjective(String word) {
        return is(word, PartOfSpeech.ADJECTIVE);
    }

    /** Whether a word, in any case, is a form of a noun. */
    public static boolean isNoun(String word) {
        return is(word, PartOfSpeech.NOUN);
    }

    /** Whether both, in any case, may be forms of one word: "buy" and "bought". */
    public static boolean areOneWord(String word, String other) {
        return pairs(word, other).anyMatch(pair -> pair.one.word() == pair.other.word());
    }

    /**
     * Whether both, in any case, may stand in the same form of the same part of speech, in which the other is met now and then:
     * "bought" and "purchased"; not "a purchase" and "a buy".
     *
     * @param verb whether that may be a verb
     */
    public static boolean haveOneForm(String word, String other, boolean verb) {
        return pairs(word, other)
                .filter(pair -> verb || pair.part != PartOfSpeech.VERB)
                .filter(pair -> pair.one.form() == pair.other.form())
                .anyMatch(pair -> isUsual(other.toLowerCase(Locale.ROOT), pair.other));
    }

    private static boolean isUsual(String word, Lexicon.Reading as) {
        Lexicon lexicon = Shared.LEXICON;
        int all = Arrays.stream(PartOfSpeech.values())
                .flatMap(part -> lexicon.readings(word, part).stream())
                .mapToInt(reading -> lexicon.frequency(reading.word(), reading.entry()))
                .sum();
        return lexicon.frequency(as.word(), as.entry()) >= LEAST_SHARE * all;
    }

    /** Whether WordNet has a sense, however rare, that both have: "bought" and "purchased". */
    public static boolean shareSense(String word, String other) {
        return pairs(word, other).anyMatch(pair -> Shared.LEXICON.shareSense(pair.one.entry(), pair.other.word()));
    }

    /** What two words may be as the same part of speech. */
    private record Pair(PartOfSpeech part, Lexicon.Reading one, Lexicon.Reading other) {}

    private static Stream<Pair> pairs(String word, String other) {
        Lexicon lexicon = Shared.LEXICON;
        return Arrays.stream(PartOfSpeech.values())
                .flatMap(part -> lexicon.readings(word.toLowerCase(Locale.ROOT), part).stream()
                        .flatMap(one -> lexicon.readings(other.toLowerCase(Locale.ROOT), part).stream()
                                .map(of -> new Pair(part, one, of))));
    }

    private static boolean is(String word, PartOfSpeech part) {
        return !Shared.LEXICON.readings(word.toLowerCase(Locale.ROOT), part).isEmpty();
    }

    private List<String> lookUp(String word, Use use) {
        List<Lexicon.Reading> readings = new ArrayList<>(lexicon.readings(word, use.part));
        readings.sort(Comparator.comparingInt(reading -> -lexicon.frequency(reading.word(), reading.entry())));
        for (Lexicon.Reading reading : readings) {
            Inflector inflector = new Inflector(lexicon, this::isFamiliar, word, reading, use);
            for (int i = Lexicon.start(lexicon.senseEnds(), reading.entry());
                    i < lexicon.senseEnds()[reading.entry()];
                    i++) {
                List<String> synonyms = inflector.synonyms(lexicon.senses()[i]);
                if (!synonyms.isEmpty()) {
                    return synonyms;
                }
            }
        }
        return List.of();
    }

    /** Whether a word stands in enough glosses to be known. */
    private boolean isFamiliar(String synonym) {
        int word = lexicon.word(synonym);
        return word >= 0 && Shared.GLOSSES_OF[word] >= GLOSSES;
    }
}
