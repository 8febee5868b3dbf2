// SPDX-License-Identifier: Apache-2.0
package dev.graft.text.wordnet;

import dev.graft.text.Scan;
import dev.graft.text.StopWords;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Puts the synonyms of one reading of a word into the word's form. */
final class Inflector {
    static final Set<String> PARTICLES = Set.of(
            "about",
            "across",
            "after",
            "ahead",
            "along",
            "apart",
            "around",
            "aside",
            "at",
            "away",
            "back",
            "by",
            "down",
            "for",
            "forth",
            "forward",
            "from",
            "in",
            "into",
            "of",
            "off",
            "on",
            "out",
            "over",
            "through",
            "to",
            "together",
            "up",
            "upon",
            "with");
    private static final Set<String> PREPOSITIONS = Set.of(
            "of", "in", "on", "at", "to", "for", "from", "by", "with", "under", "over", "de", "up", "off", "out");
    private static final Set<String> NEITHER_FORM = Set.of("people", "police");

    private static final PartOfSpeech[] PARTS = PartOfSpeech.values();
    private static final int LONGEST_PHRASE = 2;
    /** A synonym that is met in this sense less often than this, of all meetings, is not understood as a synonym. */
    private static final double LEAST_SHARE = 0.1;

    private final Lexicon lexicon;
    /** Whether a synonym that was never met in tagged texts is known all the same. */
    private final Predicate<String> familiar;

    private final String word;
    private final String particle;
    private final Lexicon.Reading reading;
    private final Use use;
    /** The forms that the word may stand in: a synonym must be the same in all; none where it can't be told. */
    private final List<Form> forms;

    Inflector(
            Lexicon lexicon,
            Predicate<String> familiar,
            String word,
            String particle,
            Lexicon.Reading reading,
            Use use) {
        this.lexicon = lexicon;
        this.familiar = familiar;
        this.word = word;
        this.particle = particle;
        this.reading = reading;
        this.use = use;
        this.forms = use.part == PartOfSpeech.VERB ? verbForms() : otherForms();
    }

    private List<Form> otherForms() {
        boolean doubtful = NEITHER_FORM.contains(word)
                || (reading.form() == Form.BASE
                        && word.equals(lexicon.form(reading.word(), PartOfSpeech.NOUN, Form.PLURAL)));
        return doubtful ? List.of() : List.of(reading.form());
    }

    private List<Form> verbForms() {
        int verb = lexicon.word(
                particle.isEmpty()
                        ? lexicon.text(reading.word())
                        : lexicon.text(reading.word()).substring(0, headEnd()));
        String past = lexicon.form(verb, PartOfSpeech.VERB, Form.PAST);
        String participle = lexicon.form(verb, PartOfSpeech.VERB, Form.PAST_PARTICIPLE);
        boolean base = reading.form() == Form.BASE;
        if (!base && reading.form() != Form.PAST) {
            return List.of(reading.form());
        }
        boolean mayBePast = word.equals(past) || (!base && past == null);
        boolean mayBeParticiple = word.equals(participle) || (!base && participle == null);
        if (base && (use == Use.VERB_BASE || !(mayBePast || mayBeParticiple))) {
            return List.of(Form.BASE);
        }
        if (!base && !mayBePast && !mayBeParticiple) { // a second spelling: "dreamt"
            mayBePast = true;
            mayBeParticiple = true;
        }
        if (mayBePast && (use == Use.VERB_PAST || !mayBeParticiple)) {
            return List.of(Form.PAST);
        }
        if (mayBeParticiple && (use == Use.VERB_PARTICIPLE || !mayBePast)) {
            return List.of(Form.PAST_PARTICIPLE);
        }
        return base ? List.of() : List.of(Form.PAST, Form.PAST_PARTICIPLE);
    }

    private int headEnd() {
        return lexicon.text(reading.word()).indexOf(' ');
    }

    Sense sense(int number) {
        List<String> counted = new ArrayList<>();
        List<Integer> weights = new ArrayList<>();
        List<String> rare = new ArrayList<>();
        for (int i = Lexicon.start(lexicon.memberEnds(), number); i < lexicon.memberEnds()[number]; i++) {
            int member = lexicon.members()[i];
            String synonym = (member & 7) == 0 ? inflected(member >> 3) : null;
            double share = synonym == null ? 0 : share(member >> 3, lexicon.counts()[i]);
            if (synonym == null || share < LEAST_SHARE) {
                continue;
            }
            if (lexicon.counts()[i] > 0) {
                counted.add(synonym);
                weights.add((int) Math.ceil(100 * share * lexicon.counts()[i]));
            } else if (familiar.test(lexicon.text(member >> 3))) {
                rare.add(synonym);
            }
        }
        double prior = Math.log1p(lexicon.count(number, reading.word()));
        return counted.isEmpty()
                ? new Sense(number, prior, List.copyOf(rare), filled(rare.size()))
                : new Sense(number, prior, List.copyOf(counted), weights);
    }

    private static List<Integer> filled(int size) {
        return Collections.nCopies(size, 1);
    }

    /** The share of a sense among all meetings with a word of any part of speech, each sense half a time more. */
    private double share(int word, int count) {
        double meetings = 0;
        for (PartOfSpeech part : PARTS) {
            int entry = lexicon.entry(word, part);
            if (entry >= 0) {
                int senses = lexicon.senseEnds()[entry] - Lexicon.start(lexicon.senseEnds(), entry);
                meetings += lexicon.frequency(word, entry) + 0.5 * senses;
            }
        }
        return (count + 0.5) / meetings;
    }

    /** A member of the sense in the word's form; null where it has none, or isn't one to put there. */
    private @Nullable String inflected(int synonym) {
        String base = lexicon.text(synonym);
        if (synonym == reading.word() || forms.isEmpty() || words(base) > LONGEST_PHRASE || !base.endsWith(particle)) {
            return null;
        }
        base = base.substring(0, base.length() - particle.length());
        if (StopWords.contains(base) || Scan.isGuarded(base)) {
            return null;
        }
        String inflected = inflected(synonym, base, forms.get(0));
        if (inflected == null || inflected.equals(word)) {
            return null;
        }
        for (Form form : forms) {
            if (!inflected.equals(inflected(synonym, base, form))) {
                return null;
            }
        }
        return inflected;
    }

    private @Nullable String inflected(int synonym, String base, Form form) {
        return switch (use) {
            case NOUN -> noun(synonym, base, form);
            case VERB, VERB_BASE, VERB_PAST, VERB_PARTICIPLE -> {
                int space = base.indexOf(' ');
                String head = space < 0 ? base : base.substring(0, space);
                if (space > 0 && particle.isEmpty() && !PARTICLES.contains(base.substring(space + 1))) {
                    yield null; // "express joy" for "laugh" leaves no room for an object
                }
                String inflected = form(head, form);
                yield inflected == null ? null : inflected + base.substring(head.length());
            }
            case ADJECTIVE, ADVERB -> compared(base, form);
            case ADJECTIVE_COMPARED, ADVERB_COMPARED ->
                form == Form.BASE && form(base, Form.COMPARATIVE) == null ? base : null;
        };
    }

    private @Nullable String noun(int synonym, String base, Form form) {
        if (form == Form.BASE) {
            return isPlural(base) == isPlural(word) ? base : null;
        }
        if (isPlural(base) || lexicon.isIrregular(synonym, PartOfSpeech.NOUN) && base.indexOf(' ') > 0) {
            return isPlural(base) ? base : null;
        }
        int end = base.length();
        for (int space = base.indexOf(' '); space > 0; space = base.indexOf(' ', space + 1)) {
            int next = base.indexOf(' ', space + 1);
            if (PREPOSITIONS.contains(base.substring(space + 1, next < 0 ? base.length() : next))) {
                end = space;
                break;
            }
        }
        int start = base.lastIndexOf(' ', end - 1) + 1;
        String inflected = form(base.substring(start, end), form);
        return inflected == null ? null : base.substring(0, start) + inflected + base.substring(end);
    }

    /** Whether a noun as WordNet lists it is a plural: "spectacles", "data". */
    private boolean isPlural(String noun) {
        String last = noun.substring(noun.lastIndexOf(' ') + 1);
        for (Lexicon.Reading other : lexicon.readings(last, PartOfSpeech.NOUN)) {
            if (other.form() == Form.PLURAL) {
                return true;
            }
        }
        return false;
    }

    private @Nullable String compared(String base, Form form) {
        if (form == Form.BASE) {
            return base;
        }
        String inflected = form(base, form);
        return inflected != null ? inflected : (form == Form.COMPARATIVE ? "more " : "most ") + base;
    }

    private @Nullable String form(String single, Form form) {
        return form == Form.BASE ? single : lexicon.form(lexicon.word(single), use.part, form);
    }

    private static int words(String phrase) {
        int words = 1;
        for (int i = 0; i < phrase.length(); i++) {
            words += phrase.charAt(i) == ' ' ? 1 : 0;
        }
        return words;
    }
}
