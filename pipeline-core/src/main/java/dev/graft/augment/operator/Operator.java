// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.config.Settings;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The one list of operators, in the order in which the documentation has them. */
public enum Operator {
    KEYBOARD_TYPOS(Family.CHARACTERS, KeyboardTypos::read),
    OCR_ERRORS(Family.CHARACTERS, OcrErrors::read),
    CHARACTER_INSERTION(Family.CHARACTERS, CharacterInsertion::read),
    CHARACTER_DELETION(Family.CHARACTERS, CharacterDeletion::read),
    CHARACTER_SWAP(Family.CHARACTERS, CharacterSwap::read),
    CHARACTER_SUBSTITUTION(Family.CHARACTERS, CharacterSubstitution::read),
    CASE_CHANGE(Family.CHARACTERS, CaseChange::read),
    HOMOGLYPHS(Family.CHARACTERS, Homoglyphs::read),
    ZERO_WIDTH(Family.CHARACTERS, ZeroWidth::read),
    DIACRITICS_REMOVAL(Family.CHARACTERS, DiacriticsRemoval::read),
    MISSPELLINGS(Family.CHARACTERS, Misspellings::read),
    LEETSPEAK(Family.CHARACTERS, Leetspeak::read),

    SYNONYM_REPLACEMENT(Family.WORDS, SynonymReplacement::read),
    RANDOM_INSERTION(Family.WORDS, RandomInsertion::read),
    RANDOM_SWAP(Family.WORDS, RandomSwap::read),
    RANDOM_DELETION(Family.WORDS, RandomDeletion::read),
    BLANK_NOISING(Family.WORDS, BlankNoising::read),
    SPAN_MASKING(Family.WORDS, SpanMasking::read),
    CROPPING(Family.WORDS, Cropping::read),
    WORD_SPLIT(Family.WORDS, WordSplit::read),
    WORD_MERGE(Family.WORDS, WordMerge::read),
    CONTRACTION(Family.WORDS, Contraction::read),
    EXPANSION(Family.WORDS, Expansion::read),
    PUNCTUATION_INSERTION(Family.WORDS, PunctuationInsertion::read),
    TF_IDF_REPLACEMENT(Family.WORDS, TfIdfReplacement::read),
    TF_IDF_INSERTION(Family.WORDS, TfIdfInsertion::read),

    SENTENCE_SHUFFLE(Family.SENTENCES, SentenceShuffle::read),
    SENTENCE_DELETION(Family.SENTENCES, SentenceDeletion::read),
    SENTENCE_DUPLICATION(Family.SENTENCES, SentenceDuplication::read),
    CODE_MIXING(Family.SENTENCES, CodeMixing::read),

    CONTEXTUAL_SUBSTITUTION(Family.MODELS, ContextualSubstitution::read),
    CONTEXTUAL_INSERTION(Family.MODELS, ContextualInsertion::read),
    EMBEDDING_SUBSTITUTION(Family.MODELS, EmbeddingSubstitution::read),
    BACK_TRANSLATION(Family.MODELS, BackTranslation::read),
    PARAPHRASE(Family.MODELS, Paraphrase::read),

    SEQUENCE(Sequence::read),
    ONE_OF(OneOf::read),
    SOMETIMES(Sometimes::read);

    /** What an operator changes. */
    public enum Family {
        CHARACTERS,
        WORDS,
        SENTENCES,
        MODELS,
        COMPOSITION
    }

    private final Family family;
    private final Function<Settings, Step.Parts> reader;

    Operator(Family family, Function<Settings, Step.Factory> reader) {
        this.family = family;
        this.reader = section -> new Step.Parts(1, Set.of(), reader.apply(section));
    }

    Operator(Function<Settings, Step.Parts> reader) {
        family = Family.COMPOSITION;
        this.reader = reader;
    }

    public Family family() {
        return family;
    }

    /** Whether it needs nothing of a text but its words: no tagger, no model. */
    public boolean isCheap() {
        return switch (family) {
            case CHARACTERS, COMPOSITION -> true;
            case WORDS -> this != SYNONYM_REPLACEMENT && this != RANDOM_INSERTION;
            case SENTENCES -> this == CODE_MIXING;
            case MODELS -> false;
        };
    }

    /** Whether it goes by English words, so that a text in another language is left alone. */
    boolean isForEnglish() {
        return switch (this) {
            case SYNONYM_REPLACEMENT,
                    RANDOM_INSERTION,
                    RANDOM_SWAP,
                    RANDOM_DELETION,
                    CROPPING,
                    CONTRACTION,
                    EXPANSION,
                    TF_IDF_REPLACEMENT,
                    TF_IDF_INSERTION,
                    SENTENCE_SHUFFLE,
                    SENTENCE_DELETION,
                    BACK_TRANSLATION -> true;
            default -> false;
        };
    }

    /** The filters that stand with it, each with its section: those that caught its bad copies when these were read. */
    public Map<String, String> filters() {
        return switch (this) {
            case BACK_TRANSLATION -> Map.of("numbers", "", "units", "", "negation", "");
            case SYNONYM_REPLACEMENT, EMBEDDING_SUBSTITUTION, CONTEXTUAL_SUBSTITUTION, PARAPHRASE ->
                Map.of("similarity", "min = 0.7", "numbers", "", "units", "", "negation", "");
            case CONTEXTUAL_INSERTION, RANDOM_INSERTION, TF_IDF_INSERTION, CROPPING, SENTENCE_DELETION ->
                Map.of("similarity", "min = 0.7");
            default -> Map.of();
        };
    }

    Step.Parts read(Settings section) {
        Step.Parts parts = reader.apply(section);
        return isForEnglish() ? parts.forEnglish() : parts;
    }
}
