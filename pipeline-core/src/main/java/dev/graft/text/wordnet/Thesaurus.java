// SPDX-License-Identifier: Apache-2.0
package dev.graft.text.wordnet;

import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Words that may take the place of a word as it stands in a text, in the same form: the pairs of {@code synonyms.txt}, each of
 * which was read, where the words around let them. Answers are remembered, so a word is looked up once. May be shared by
 * threads.
 */
final class Thesaurus {
    /** Shorter words have too many meanings. */
    private static final int SHORTEST = 4;
    /** Answers that are remembered for each use; a corpus has as many words as it likes. */
    private static final int REMEMBERED = 100_000;

    /** Tags of words without forms. */
    private static final Set<String> OTHERS = Set.of("PRON", "ADP", "SCONJ");

    /** A section of the file: what a word is, and what must stand around it. */
    enum Place {
        NOUN(PartOfSpeech.NOUN),
        HEAD(PartOfSpeech.NOUN),
        VERB(PartOfSpeech.VERB),
        OBJECT(PartOfSpeech.VERB),
        PASSIVE(PartOfSpeech.VERB),
        THING(PartOfSpeech.VERB),
        INFINITIVE(PartOfSpeech.VERB),
        INTRANSITIVE(PartOfSpeech.VERB),
        BASE(PartOfSpeech.VERB),
        DENIED(PartOfSpeech.VERB),
        ANY(PartOfSpeech.VERB),
        ADJECTIVE(PartOfSpeech.ADJECTIVE),
        BEFORE_NOUN(PartOfSpeech.ADJECTIVE),
        PREDICATE(PartOfSpeech.ADJECTIVE),
        ADVERB(PartOfSpeech.ADVERB),
        DEGREE(PartOfSpeech.ADVERB),
        OTHER(null);

        final @Nullable PartOfSpeech part;

        Place(@Nullable PartOfSpeech part) {
            this.part = part;
        }
    }

    /**
     * One direction of a line.
     *
     * @param particle what must stand behind the word, and stays; empty for most
     */
    record Pair(Place place, String word, String particle, String synonym) {}

    /** A pair whose synonym is in the form of a word of a text. */
    private record Inflected(Place place, String particle, Synonym synonym) {}

    private final Lexicon lexicon;
    private final Surroundings surroundings;
    /** By base form. */
    private final Map<String, List<Pair>> pairs = new HashMap<>();
    /** Words without forms. */
    private final Map<String, List<Synonym>> others = new HashMap<>();
    /** Whether a word as it stands in a text has pairs, one map for each part of speech. */
    private final List<Map<String, Boolean>> known = new ArrayList<>();
    /** By the word as it stands in a text, one map for each use. */
    private final List<Map<String, List<Inflected>>> remembered = new ArrayList<>();

    Thesaurus(Lexicon lexicon) {
        this.lexicon = lexicon;
        surroundings = new Surroundings(lexicon);
        for (Pair pair : read()) {
            if (pair.place.part == null) {
                others.computeIfAbsent(pair.word, any -> new ArrayList<>()).add(new Synonym(pair.synonym, 1));
            } else {
                pairs.computeIfAbsent(pair.word, any -> new ArrayList<>()).add(pair);
            }
        }
        for (int i = 0; i < PartOfSpeech.values().length; i++) {
            known.add(new ConcurrentHashMap<>());
        }
        for (int i = 0; i < Use.values().length; i++) {
            remembered.add(new ConcurrentHashMap<>());
        }
    }

    static List<Pair> read() {
        List<Pair> pairs = new ArrayList<>();
        try (InputStream in = Thesaurus.class.getResourceAsStream("synonyms.txt")) {
            if (in == null) {
                throw new IllegalStateException("dev/graft/text/wordnet/synonyms.txt is not on the class path");
            }
            Place place = Place.NOUN;
            for (String line : new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))
                    .lines()
                    .toList()) {
                if (line.startsWith("[")) {
                    place = Place.valueOf(line.substring(1, line.length() - 1)
                            .replace('-', '_')
                            .toUpperCase(Locale.ROOT));
                } else if (!line.isEmpty() && !line.startsWith("#")) {
                    boolean both = line.contains(" = ");
                    String[] sides = line.split(both ? " = " : " > ", -1);
                    for (String synonym : sides[1].split(", ", -1)) {
                        pairs.add(pair(place, sides[0], synonym));
                        if (both) {
                            pairs.add(pair(place, synonym, sides[0]));
                        }
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("dev/graft/text/wordnet/synonyms.txt can't be read: " + e, e);
        }
        return pairs;
    }

    private static Pair pair(Place place, String from, String to) {
        int space = from.indexOf(' ');
        String particle = space < 0 ? "" : from.substring(space);
        if (!to.endsWith(particle) || to.indexOf(' ') != to.length() - particle.length() && space >= 0) {
            throw new IllegalStateException("synonyms.txt: \"" + from + "\" and \"" + to + "\" do not end alike");
        }
        return new Pair(
                place,
                space < 0 ? from : from.substring(0, space),
                particle.strip(),
                to.substring(0, to.length() - particle.length()));
    }

    /** What may stand for a token; often nothing. */
    List<Synonym> synonyms(AnalyzedText text, int token) {
        Token at = text.tokens().get(token);
        PartOfSpeech part = PartOfSpeech.of(at.tag());
        if (at.end() - at.start() < SHORTEST) {
            return List.of();
        }
        String word = text.textOf(at);
        if (part == null) {
            List<Synonym> other = OTHERS.contains(at.tag()) ? others.get(word.toLowerCase(Locale.ROOT)) : null;
            return other == null || !surroundings.isFree(text, token) ? List.of() : other;
        }
        if (!isListed(word, part)) { // as most: what stands around need not be looked at
            return List.of();
        }
        Use use = Use.of(text, token);
        if (use == null || !surroundings.isFree(text, token)) {
            return List.of();
        }
        List<Inflected> listed = of(word, use);
        List<Synonym> synonyms = new ArrayList<>(listed.size());
        for (Inflected each : listed) {
            if (surroundings.admits(text, token, use, each.place, each.particle)
                    && !surroundings.makesPhrase(text, token, each.synonym.word())
                    && !surroundings.isOwned(text, token, each.synonym.word())) {
                synonyms.add(each.synonym);
            }
        }
        return synonyms;
    }

    /** How a token is used that a word of its part of speech may replace; null for the others. */
    @Nullable
    Use open(AnalyzedText text, int token) {
        Token at = text.tokens().get(token);
        Use use = at.end() - at.start() < SHORTEST ? null : Use.of(text, token);
        if (use == null || !surroundings.isFree(text, token)) {
            return null;
        }
        Place place = switch (use.part) {
            case NOUN -> Place.NOUN;
            case VERB -> Place.VERB;
            case ADJECTIVE -> Place.ADJECTIVE;
            case ADVERB -> Place.ADVERB;
        };
        return surroundings.admits(text, token, use, place, "") ? use : null;
    }

    private boolean isListed(String word, PartOfSpeech part) {
        Map<String, Boolean> words = known.get(part.ordinal());
        Boolean found = words.get(word);
        if (found == null) {
            found = lexicon.readings(word.toLowerCase(Locale.ROOT), part).stream()
                    .anyMatch(reading -> pairs.containsKey(lexicon.text(reading.word())));
            if (words.size() < REMEMBERED) {
                words.put(word, found);
            }
        }
        return found;
    }

    private List<Inflected> of(String word, Use use) {
        Map<String, List<Inflected>> known = remembered.get(use.ordinal());
        List<Inflected> found = known.get(word);
        if (found == null) {
            found = List.copyOf(lookUp(word.toLowerCase(Locale.ROOT), use));
            if (known.size() < REMEMBERED) {
                known.put(word, found);
            }
        }
        return found;
    }

    private List<Inflected> lookUp(String word, Use use) {
        List<Inflected> found = new ArrayList<>();
        for (Lexicon.Reading reading : readings(word, use.part)) {
            Inflector inflector = new Inflector(lexicon, any -> true, word, reading, use);
            for (Pair pair : pairs.getOrDefault(lexicon.text(reading.word()), List.of())) {
                if (pair.place.part == use.part) {
                    int synonym = lexicon.word(pair.synonym);
                    String inflected = inflector.inflected(synonym);
                    if (inflected != null) {
                        double fit = lexicon.fit(reading.word(), synonym, use.part);
                        found.add(new Inflected(pair.place, pair.particle, new Synonym(inflected, fit)));
                    }
                }
            }
        }
        return found;
    }

    /** "Hoped" is of "hope": a reading whose form is spelled otherwise ("hopped") counts only where there is no other. */
    private List<Lexicon.Reading> readings(String word, PartOfSpeech part) {
        List<Lexicon.Reading> readings = lexicon.readings(word, part);
        List<Lexicon.Reading> spelled = readings.stream()
                .filter(reading -> reading.form() == Form.BASE
                        || word.equals(lexicon.form(reading.word(), part, reading.form()))
                        || reading.form() == Form.PAST
                                && word.equals(lexicon.form(reading.word(), part, Form.PAST_PARTICIPLE)))
                .toList();
        return spelled.isEmpty() ? readings : spelled;
    }
}
