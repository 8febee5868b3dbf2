// SPDX-License-Identifier: Apache-2.0
package dev.graft.text.wordnet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packed WordNet: a form that is none, an entry that is lost, a build that differs from the next. */
class LexiconTest {
    private static final Lexicon LEXICON = Lexicon.load();

    private static String form(String word, PartOfSpeech part, Form form) {
        return String.valueOf(LEXICON.form(LEXICON.word(word), part, form));
    }

    @ParameterizedTest
    @CsvSource({
        "forgo, forwent, forgone, forgoing, null",
        "refer, referred, referred, referring, refers",
        "visit, visited, visited, visiting, visits",
        "hop, hopped, hopped, hopping, hops",
        "hope, hoped, hoped, hoping, hopes",
        "give, gave, given, giving, gives",
        "put, put, put, putting, puts",
        "carry, carried, carried, carrying, carries",
        "feed, fed, fed, feeding, feeds",
        "win, won, won, winning, wins",
        "panic, panicked, panicked, panicking, panics",
        "overtake, overtook, overtaken, overtaking, overtakes"
    })
    void spellsVerbs(String verb, String past, String participle, String present, String third) {
        assertThat(form(verb, PartOfSpeech.VERB, Form.PAST)).isEqualTo(past);
        assertThat(form(verb, PartOfSpeech.VERB, Form.PAST_PARTICIPLE)).isEqualTo(participle);
        assertThat(form(verb, PartOfSpeech.VERB, Form.PRESENT_PARTICIPLE)).isEqualTo(present);
        assertThat(form(verb, PartOfSpeech.VERB, Form.THIRD_PERSON)).isEqualTo(third);
    }

    @ParameterizedTest
    @CsvSource({
        "child, children",
        "city, cities",
        "photo, photos",
        "hero, heroes",
        "monarch, monarchs",
        "church, churches",
        "fireman, firemen",
        "human, humans",
        "knife, knives",
        "analysis, analyses",
        "mother-in-law, mothers-in-law",
        "box, boxes",
        "day, days"
    })
    void spellsPlurals(String noun, String plural) {
        assertThat(form(noun, PartOfSpeech.NOUN, Form.PLURAL)).isEqualTo(plural);
        assertThat(LEXICON.readings(plural, PartOfSpeech.NOUN))
                .anyMatch(reading -> LEXICON.text(reading.word()).equals(noun) && reading.form() == Form.PLURAL);
    }

    @ParameterizedTest
    @CsvSource({"big, bigger", "happy, happier", "good, better", "large, larger", "open, null", "beautiful, null"})
    void comparesOnlyShortAdjectivesByEr(String adjective, String comparative) {
        assertThat(form(adjective, PartOfSpeech.ADJECTIVE, Form.COMPARATIVE)).isEqualTo(comparative);
    }

    @Test
    void knowsNoFormThatWordNetsTextDoesNotUse() {
        for (String none : new String[] {"forgoed", "refered", "annuled", "informations", "goed", "hopeed"}) {
            assertThat(LEXICON.word(none)).as(none).isNegative();
        }
    }

    @Test
    void findsEveryWordAndEveryEntryAgain() {
        SplittableRandom random = new SplittableRandom(20);
        for (int i = 0; i < 20_000; i++) {
            int entry = random.nextInt(LEXICON.entryKeys().length);
            int key = LEXICON.entryKeys()[entry];
            String word = LEXICON.text(key >> 2);
            assertThat(LEXICON.word(word)).as(word).isEqualTo(key >> 2);
            assertThat(word).isEqualTo(word.toLowerCase(Locale.ROOT)).doesNotContain("_");
            PartOfSpeech part = PartOfSpeech.values()[key & 3];
            assertThat(LEXICON.entry(key >> 2, part)).as(word).isEqualTo(entry);
            int sense = LEXICON.senses()[Lexicon.start(LEXICON.senseEnds(), entry)];
            boolean member = false;
            for (int j = Lexicon.start(LEXICON.memberEnds(), sense); j < LEXICON.memberEnds()[sense]; j++) {
                member |= LEXICON.members()[j] >> 3 == key >> 2;
            }
            assertThat(member).as("%s is a member of its first sense", word).isTrue();
        }
    }

    @Test
    void isTheSameWheneverItIsBuilt(@TempDir Path folder) throws IOException {
        LexiconWriter.main(new String[] {folder.toString()});
        try (var packed = LexiconTest.class.getResourceAsStream("wordnet.bin")) {
            assertThat(packed).isNotNull().hasBinaryContent(Files.readAllBytes(folder.resolve("wordnet.bin")));
        }
        assertThat(folder.resolve("wordnet-license.txt")).content().contains("Princeton University");
    }
}
