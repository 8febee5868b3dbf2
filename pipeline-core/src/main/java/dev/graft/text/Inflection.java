// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import java.util.Optional;
import java.util.Set;
import net.sf.extjwnl.data.POS;
import simplenlg.features.Feature;
import simplenlg.features.NumberAgreement;
import simplenlg.features.Person;
import simplenlg.features.Tense;
import simplenlg.framework.InflectedWordElement;
import simplenlg.framework.LexicalCategory;
import simplenlg.lexicon.Lexicon;
import simplenlg.morphology.english.DeterminerAgrHelper;
import simplenlg.realiser.english.Realiser;

/**
 * Puts a lemma into the form of another word, with SimpleNLG. Its rules are wrong for many words outside its lexicon
 * ("forgoed", "refered"), so a form is used only if WordNet's list of irregular and doubling forms does not speak
 * against it.
 */
public final class Inflection {
    private final Lexicon lexicon = Lexicon.getDefaultLexicon();
    private final Realiser realiser = new Realiser(lexicon);

    /** A form of an English word. */
    enum Form {
        BASE,
        PLURAL,
        THIRD_PERSON,
        PRESENT_PARTICIPLE,
        PAST,
        COMPARATIVE,
        SUPERLATIVE
    }

    /** In which form {@code word} stands, its lemma being known; empty where that can't be told. */
    static Optional<Form> formOf(String word, String lemma, POS pos) {
        if (word.equalsIgnoreCase(lemma)) {
            return Optional.of(Form.BASE);
        }
        return switch (pos) {
            case NOUN -> Optional.of(Form.PLURAL);
            case VERB ->
                Optional.of(
                        word.endsWith("ing")
                                ? Form.PRESENT_PARTICIPLE
                                : word.endsWith("s") ? Form.THIRD_PERSON : Form.PAST);
            case ADJECTIVE, ADVERB ->
                word.endsWith("er")
                        ? Optional.of(Form.COMPARATIVE)
                        : word.endsWith("est") ? Optional.of(Form.SUPERLATIVE) : Optional.empty();
        };
    }

    /**
     * @param exceptions all irregular and doubling forms of the lemma that WordNet lists; empty for a regular word
     * @return the form, if it is a single word and beyond doubt
     */
    synchronized Optional<String> inflect(String lemma, Form form, Set<String> exceptions) {
        String inflected = realise(lemma, form);
        if (form == Form.PAST && !inflected.equals(pastParticiple(lemma))) {
            return Optional.empty(); // "gave" or "given": the tag does not tell which is meant
        }
        boolean listed = exceptions.contains(inflected);
        boolean anotherIsListed = exceptions.stream().anyMatch(other -> couldBe(other, form));
        return !inflected.contains(" ") && (listed || !anotherIsListed) ? Optional.of(inflected) : Optional.empty();
    }

    private static boolean couldBe(String listed, Form form) {
        return switch (form) {
            case BASE -> false;
            case PLURAL -> true;
            case THIRD_PERSON -> listed.endsWith("s");
            case PRESENT_PARTICIPLE -> listed.endsWith("ing");
            case PAST -> !listed.endsWith("ing") && !listed.endsWith("s");
            case COMPARATIVE -> listed.endsWith("er");
            case SUPERLATIVE -> listed.endsWith("est");
        };
    }

    private String realise(String lemma, Form form) {
        return switch (form) {
            case BASE -> lemma;
            case PLURAL -> {
                InflectedWordElement noun = word(lemma, LexicalCategory.NOUN);
                noun.setFeature(Feature.NUMBER, NumberAgreement.PLURAL);
                yield realised(noun);
            }
            case THIRD_PERSON -> {
                InflectedWordElement verb = word(lemma, LexicalCategory.VERB);
                verb.setFeature(Feature.TENSE, Tense.PRESENT);
                verb.setFeature(Feature.PERSON, Person.THIRD);
                yield realised(verb);
            }
            case PRESENT_PARTICIPLE -> {
                InflectedWordElement verb = word(lemma, LexicalCategory.VERB);
                verb.setFeature(Feature.FORM, simplenlg.features.Form.PRESENT_PARTICIPLE);
                yield realised(verb);
            }
            case PAST -> {
                InflectedWordElement verb = word(lemma, LexicalCategory.VERB);
                verb.setFeature(Feature.TENSE, Tense.PAST);
                yield realised(verb);
            }
            case COMPARATIVE -> {
                InflectedWordElement adjective = word(lemma, LexicalCategory.ADJECTIVE);
                adjective.setFeature(Feature.IS_COMPARATIVE, true);
                yield realised(adjective);
            }
            case SUPERLATIVE -> {
                InflectedWordElement adjective = word(lemma, LexicalCategory.ADJECTIVE);
                adjective.setFeature(Feature.IS_SUPERLATIVE, true);
                yield realised(adjective);
            }
        };
    }

    private String pastParticiple(String lemma) {
        InflectedWordElement verb = word(lemma, LexicalCategory.VERB);
        verb.setFeature(Feature.FORM, simplenlg.features.Form.PAST_PARTICIPLE);
        return realised(verb);
    }

    private InflectedWordElement word(String lemma, LexicalCategory category) {
        return new InflectedWordElement(lexicon.getWord(lemma, category));
    }

    private String realised(InflectedWordElement word) {
        return realiser.realise(word).getRealisation();
    }

    /** Whether the article before {@code next} is "an". */
    public static boolean takesAn(String next) {
        return DeterminerAgrHelper.requiresAn(next);
    }
}
