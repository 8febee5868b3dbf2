// SPDX-License-Identifier: Apache-2.0
package dev.graft.text.wordnet;

import dev.graft.text.AnalyzedText;
import dev.graft.text.StopWords;
import dev.graft.text.Token;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Synonyms from WordNet 3.1 that take the place of a word as it stands in a text: same part of speech, same form, and
 * the sense that the sentence speaks for. Answers are remembered, so a word is looked up once. May be shared by threads.
 */
public final class WordNet {
    /** Answers that are remembered for each use; a corpus has as many words as it likes. */
    private static final int REMEMBERED = 100_000;

    /** A synonym that was never met in tagged texts must be known to so many glosses: not "hebdomad" for "week". */
    private static final int GLOSSES = 3;
    /** What a shared word counts against the logarithm of a sense's frequency: one common word is a coincidence. */
    private static final double OVERLAP = 0.5;
    /** Words in more glosses than one in e^5 tell nothing of the sense: "give". */
    private static final double COMMON = 5;

    private final Lexicon lexicon = Shared.LEXICON;
    private final float[] rarity = Shared.RARITY;
    /** Senses by word, one map for each use. */
    private final List<Map<String, List<Sense>>> remembered;

    private final Map<String, Integer> stems = new ConcurrentHashMap<>();
    private final Map<String, Boolean> phrases = new ConcurrentHashMap<>();

    /** Loaded when it is first needed, once a JVM. */
    private static final class Shared {
        private static final Lexicon LEXICON = Lexicon.load();
        /** Of each word, its inverse document frequency over the glosses. */
        private static final float[] RARITY = rarity(LEXICON);

        private static final double RARE = Math.log((LEXICON.glossEnds().length + 0.5) / GLOSSES);

        private static float[] rarity(Lexicon lexicon) {
            int[] glosses = new int[lexicon.wordEnds().length];
            for (int word : lexicon.gloss()) {
                glosses[word]++;
            }
            float[] rarity = new float[glosses.length];
            for (int i = 0; i < rarity.length; i++) {
                rarity[i] = (float) Math.log((double) lexicon.glossEnds().length / Math.max(1, glosses[i]));
            }
            return rarity;
        }
    }

    public WordNet() {
        List<Map<String, List<Sense>>> maps = new ArrayList<>();
        for (int i = 0; i < Use.values().length; i++) {
            maps.add(new ConcurrentHashMap<>());
        }
        remembered = List.copyOf(maps);
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
        Use use = switch (part) {
            case NOUN -> Use.NOUN;
            case VERB -> Use.VERB;
            case ADJECTIVE -> Use.ADJECTIVE;
            case ADVERB -> Use.ADVERB;
        };
        for (Sense sense : senses(word, use)) {
            if (!sense.synonyms().isEmpty()) {
                return sense.synonyms();
            }
        }
        return List.of();
    }

    /**
     * The senses of a tagged token where it stands, the most frequent first; some have no synonyms. Empty where the word
     * is unknown or part of a compound ("credit card"), whose parts mean nothing alone. Of a phrasal verb the verb is
     * replaced and the particle stays: "turn off", "switch off".
     *
     * @param token index in {@link AnalyzedText#tokens()}
     */
    public List<Sense> senses(AnalyzedText text, int token) {
        Use use = Use.of(text, token);
        if (use == null) {
            return List.of();
        }
        List<Token> tokens = text.tokens();
        String word = text.textOf(tokens.get(token));
        if (use.part == PartOfSpeech.VERB) {
            String next = token + 1 < tokens.size() ? text.textOf(tokens.get(token + 1)) : "";
            if (Inflector.PARTICLES.contains(next)) {
                List<Sense> phrasal = senses(word + " " + next, use);
                if (!phrasal.isEmpty()) {
                    return phrasal;
                }
            }
        } else if (isInCompound(text, tokens, token)) {
            return List.of();
        }
        return senses(word, use);
    }

    private boolean isInCompound(AnalyzedText text, List<Token> tokens, int token) {
        return (token > 0 && isCompound(text, tokens.get(token - 1), tokens.get(token)))
                || (token + 1 < tokens.size() && isCompound(text, tokens.get(token), tokens.get(token + 1)));
    }

    private boolean isCompound(AnalyzedText text, Token first, Token second) {
        if (second.start() != first.end() + 1
                || !(second.tag().equals("NOUN") || second.tag().equals("PROPN"))
                || !(first.tag().equals("NOUN")
                        || first.tag().equals("ADJ")
                        || first.tag().equals("VERB")
                        || first.tag().equals("PROPN"))) {
            return false;
        }
        String phrase = text.text().substring(first.start(), second.end());
        Boolean known = phrases.get(phrase);
        if (known != null) {
            return known;
        }
        boolean found = isPhrase(phrase.toLowerCase(Locale.ROOT));
        if (phrases.size() < REMEMBERED) {
            phrases.put(phrase, found);
        }
        return found;
    }

    private boolean isPhrase(String phrase) {
        if (lexicon.entry(lexicon.word(phrase), PartOfSpeech.NOUN) >= 0) {
            return true;
        }
        int space = phrase.lastIndexOf(' ');
        for (Lexicon.Reading reading : lexicon.readings(phrase.substring(space + 1), PartOfSpeech.NOUN)) {
            String singular = phrase.substring(0, space + 1) + lexicon.text(reading.word());
            if (lexicon.entry(lexicon.word(singular), PartOfSpeech.NOUN) >= 0) {
                return true;
            }
        }
        return false;
    }

    private List<Sense> senses(String word, Use use) {
        Map<String, List<Sense>> known = remembered.get(use.ordinal());
        List<Sense> senses = known.get(word);
        if (senses == null) {
            senses = List.copyOf(lookUp(word.toLowerCase(Locale.ROOT), use));
            if (known.size() < REMEMBERED) {
                known.put(word, senses);
            }
        }
        return senses;
    }

    /**
     * The sense whose definition and examples share most with the sentence, a shared word counting the more the fewer
     * glosses have it (simplified Lesk; Kilgarriff & Rosenzweig 2000, section 4), plus the logarithm of the times that
     * the word was met in the sense; where nothing speaks for another, the first.
     *
     * @param token index in {@link AnalyzedText#tokens()}
     * @param senses of that token, at least one
     */
    public Sense inContext(AnalyzedText text, int token, List<Sense> senses) {
        Sense best = senses.get(0);
        if (senses.size() == 1) {
            return best;
        }
        int[] context = context(text, token);
        double most = Double.NEGATIVE_INFINITY;
        for (Sense sense : senses) {
            double score = sense.prior() + overlap(context, sense.number());
            if (score > most) {
                best = sense;
                most = score;
            }
        }
        return best;
    }

    /** Stems of the content words of the token's sentence but for its own, sorted, each once. */
    private int[] context(AnalyzedText text, int token) {
        List<Token> tokens = text.tokens();
        Token word = tokens.get(token);
        int from = 0;
        int to = text.text().length();
        for (var sentence : text.sentences()) {
            if (sentence.start() <= word.start() && word.end() <= sentence.end()) {
                from = sentence.start();
                to = sentence.end();
                break;
            }
        }
        int first = token;
        while (first > 0 && tokens.get(first - 1).start() >= from) {
            first--;
        }
        int[] context = new int[16];
        int size = 0;
        for (int i = first; i < tokens.size() && tokens.get(i).end() <= to; i++) {
            int stem = i == token || !isContent(tokens.get(i).tag()) ? -1 : stem(text.textOf(tokens.get(i)));
            if (stem >= 0) {
                context = size == context.length ? Arrays.copyOf(context, 2 * size) : context;
                context[size++] = stem;
            }
        }
        Arrays.sort(context, 0, size);
        int own = stem(text.textOf(word));
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (context[i] != own && (kept == 0 || context[kept - 1] != context[i])) {
                context[kept++] = context[i];
            }
        }
        return Arrays.copyOf(context, kept);
    }

    private static boolean isContent(String tag) {
        return tag.equals("PROPN") || PartOfSpeech.of(tag) != null;
    }

    private int stem(String word) {
        Integer known = stems.get(word);
        if (known != null) {
            return known;
        }
        int stem = StopWords.contains(word) ? -1 : lexicon.stem(word.toLowerCase(Locale.ROOT));
        if (stems.size() < REMEMBERED) {
            stems.put(word, stem);
        }
        return stem;
    }

    private double overlap(int[] context, int sense) {
        int[] gloss = lexicon.gloss();
        int at = Lexicon.start(lexicon.glossEnds(), sense);
        int end = lexicon.glossEnds()[sense];
        double overlap = 0;
        for (int word : context) {
            while (at < end && gloss[at] < word) {
                at++;
            }
            if (at < end && gloss[at] == word && rarity[word] > COMMON) {
                overlap += OVERLAP * rarity[word];
            }
        }
        return overlap;
    }

    /** All senses of all words that {@code word}, maybe with a particle, may be a form of. */
    private List<Sense> lookUp(String word, Use use) {
        int space = word.indexOf(' ');
        String verb = space < 0 ? word : word.substring(0, space);
        String particle = space < 0 ? "" : word.substring(space);
        List<Lexicon.Reading> readings = new ArrayList<>();
        for (Lexicon.Reading reading : lexicon.readings(verb, use.part)) {
            if (particle.isEmpty()) {
                readings.add(reading);
            } else {
                int phrase = lexicon.word(lexicon.text(reading.word()) + particle);
                int entry = lexicon.entry(phrase, use.part);
                if (entry >= 0) {
                    readings.add(new Lexicon.Reading(phrase, entry, reading.form()));
                }
            }
        }
        readings.sort(Comparator.comparingInt(reading -> -lexicon.frequency(reading.word(), reading.entry())));
        List<Sense> senses = new ArrayList<>();
        for (Lexicon.Reading reading : readings) {
            Inflector inflector = new Inflector(lexicon, this::isFamiliar, verb, particle, reading, use);
            for (int i = Lexicon.start(lexicon.senseEnds(), reading.entry());
                    i < lexicon.senseEnds()[reading.entry()];
                    i++) {
                senses.add(inflector.sense(lexicon.senses()[i]));
            }
        }
        return senses;
    }

    /** Whether each word of a phrase stands in enough glosses to be known. */
    private boolean isFamiliar(String phrase) {
        for (int start = 0; start < phrase.length(); ) {
            int space = phrase.indexOf(' ', start);
            int end = space < 0 ? phrase.length() : space;
            int word = lexicon.word(phrase.substring(start, end));
            if (word < 0 || (rarity[word] > Shared.RARE && !StopWords.contains(phrase.substring(start, end)))) {
                return false;
            }
            start = end + 1;
        }
        return true;
    }
}
