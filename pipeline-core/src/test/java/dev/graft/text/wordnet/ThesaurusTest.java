// SPDX-License-Identifier: Apache-2.0
package dev.graft.text.wordnet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.text.StopWords;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The pairs of synonyms.txt: a word that WordNet lacks, a form that can't be made, a pair that stands there twice. */
class ThesaurusTest {
    private static final Lexicon LEXICON = Lexicon.load();
    private static final List<Thesaurus.Pair> PAIRS = Thesaurus.read();

    @Test
    void eachPairCanBePutIntoATextInOneForm() {
        assertThat(PAIRS).hasSizeGreaterThan(1000);
        assertThat(PAIRS.stream().filter(pair -> !canBePut(pair))).isEmpty();
    }

    private static boolean canBePut(Thesaurus.Pair pair) {
        PartOfSpeech part = pair.place().part;
        Use use = part == PartOfSpeech.VERB ? Use.VERB_BASE : part == null ? null : Use.any(part);
        return use == null
                || LEXICON.readings(pair.word(), use.part).stream()
                        .map(reading -> new Inflector(LEXICON, any -> true, pair.word(), reading, use))
                        .anyMatch(
                                inflector -> pair.synonym().equals(inflector.inflected(LEXICON.word(pair.synonym()))));
    }

    @Test
    void eachStandsThereOnceAndIsNoStopWord() {
        assertThat(new HashSet<>(PAIRS)).hasSameSizeAs(PAIRS);
        assertThat(PAIRS.stream()
                        .filter(pair -> StopWords.contains(pair.word())
                                || (pair.place() != Thesaurus.Place.OTHER && StopWords.contains(pair.synonym()))
                                || pair.word().equals(pair.synonym())))
                .isEmpty();
    }
}
