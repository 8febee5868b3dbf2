// SPDX-License-Identifier: Apache-2.0
package dev.graft.text.wordnet;

import dev.graft.text.Scan;
import dev.graft.text.StopWords;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Puts the synonyms of one reading of a word into the word's form. */
final class Inflector {
    private static final Set<String> NEITHER_FORM = Set.of("people", "police");

    private static final PartOfSpeech[] PARTS = PartOfSpeech.values();
    /** A synonym that is met in this sense less often than this, of all meetings, is not understood as a synonym. */
    private static final double LEAST_SHARE = 0.1;

    private final Lexicon lexicon;
    /** Whether a synonym that was never met in tagged texts is known all the same. */
    private final Predicate<String> familiar;

    private final String word;
    private final Lexicon.Reading reading;
    private final Use use;
    /** The forms that the word may stand in: a synonym must be the same in all; none where it can't be told. */
    private final List<Form> forms;

    Inflector(Lexicon lexicon, Predicate<String> familiar, String word, Lexicon.Reading reading, Use use) {
        this.lexicon = lexicon;
        this.familiar = familiar;
        this.word = word;
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
        int verb = reading.word();
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

    /** The members of a sense that are mostly met in it; those that were never met only where no other was. */
    List<String> synonyms(int sense) {
        List<String> counted = new ArrayList<>();
        List<String> rare = new ArrayList<>();
        for (int i = Lexicon.start(lexicon.memberEnds(), sense); i < lexicon.memberEnds()[sense]; i++) {
            int member = lexicon.members()[i];
            String synonym = (member & 7) == 0 ? inflected(member >> 3) : null;
            if (synonym != null && share(member >> 3, lexicon.counts()[i]) >= LEAST_SHARE) {
                if (lexicon.counts()[i] > 0) {
                    counted.add(synonym);
                } else if (familiar.test(lexicon.text(member >> 3))) {
                    rare.add(synonym);
                }
            }
        }
        return counted.isEmpty() ? rare : counted;
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
    @Nullable
    String inflected(int synonym) {
        if (synonym < 0 || synonym == reading.word() || forms.isEmpty()) {
            return null;
        }
        String base = lexicon.text(synonym);
        if (base.indexOf(' ') >= 0) { // a definition, mostly
            return null;
        }
        if (StopWords.contains(base) || Scan.isGuarded(base)) {
            return null;
        }
        String inflected = inflected(base, forms.get(0));
        if (inflected == null || inflected.equals(word)) {
            return null;
        }
        for (Form form : forms) {
            if (!inflected.equals(inflected(base, form))) {
                return null;
            }
        }
        return inflected;
    }

    private @Nullable String inflected(String base, Form form) {
        return switch (use) {
            case NOUN -> noun(base, form);
            case VERB, VERB_BASE, VERB_PAST, VERB_PARTICIPLE -> form(base, form);
            case ADJECTIVE, ADVERB -> compared(base, form);
            case ADJECTIVE_COMPARED, ADVERB_COMPARED ->
                form == Form.BASE && form(base, Form.COMPARATIVE) == null ? base : null;
        };
    }

    private @Nullable String noun(String base, Form form) {
        if (form == Form.BASE) {
            return isPlural(base) == isPlural(word) ? base : null;
        }
        return isPlural(base) ? base : form(base, form);
    }

    /** Whether a noun as WordNet lists it is a plural: "spectacles", "data". */
    private boolean isPlural(String noun) {
        for (Lexicon.Reading other : lexicon.readings(noun, PartOfSpeech.NOUN)) {
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
}
