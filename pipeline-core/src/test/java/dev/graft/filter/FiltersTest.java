// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.augment.Augmented;
import dev.graft.augment.Edit;
import dev.graft.augment.Resources;
import dev.graft.config.ConfigException;
import dev.graft.config.Settings;
import dev.graft.corpus.Document;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every filter must hold, and what each of them finds. */
class FiltersTest {
    private static final String ALL = """
            length-ratio { min = 0.5, max = 2 }
            edit-distance { min = 0.01, max = 0.5 }
            repetition { max = 0.3 }
            numbers { }
            units { }
            negation { }
            entities { }
            vocabulary { }
            language { code = eng }
            similarity { min = 0.7 }
            """;
    private static final Resources RESOURCES = new Resources("minilm", Optional.empty());

    static List<Filter> filters() {
        return Settings.parse(ALL, FilterSettings::read).stream()
                .map(factory -> factory.make(RESOURCES))
                .toList();
    }

    private static Filter filter(String name) {
        return filters().stream()
                .filter(filter -> filter.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** A copy that replaces the whole text. */
    private static Augmented rewritten(String source, String copy) {
        return Augmented.of(new Document("d", source, null), "o", 0, 1, List.of(new Edit(0, source.length(), copy)));
    }

    private static double score(String filter, String source, String copy) {
        return filter(filter).score(rewritten(source, copy));
    }

    @ParameterizedTest
    @MethodSource("filters")
    void aBatchGivesTheScoresOfEachAndScoringTwiceTheSame(Filter filter) {
        String source = "I paid 20 euros for the phone and it does not ring.";
        List<Augmented> copies = List.of(
                rewritten(source, "I paid 20 euros for the telephone and it does not ring."),
                rewritten(source, "I paid 30 euros for the phone and it rings."),
                rewritten(source, "Ich habe das Telefon gestern bezahlt."));
        double[] batch = filter.scores(copies);
        assertThat(filter.scores(copies)).isEqualTo(batch);
        for (int i = 0; i < batch.length; i++) {
            assertThat(batch[i]).isEqualTo(filter.score(copies.get(i)));
        }
    }

    /** Copies of many documents, in any order and any batch. */
    @ParameterizedTest
    @MethodSource("filters")
    void aScoreDoesNotDependOnItsNeighbours(Filter filter) {
        List<Augmented> copies = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String source = "I paid " + i + " euros for the phone" + ", and it does not ring".repeat(i % 5) + ".";
            copies.add(rewritten(source, source.replace("phone", i % 2 == 0 ? "telephone" : "bread")));
        }
        double[] alone = copies.stream().mapToDouble(filter::score).toArray();
        for (long seed = 0; seed < 3; seed++) {
            List<Integer> order = IntStream.range(0, copies.size()).boxed().collect(Collectors.toList());
            Collections.shuffle(order, new Random(seed));
            List<Integer> chosen = order.subList(0, 10 + 15 * (int) seed);
            double[] together = filter.scores(chosen.stream().map(copies::get).toList());
            for (int i = 0; i < together.length; i++) {
                assertThat(together[i]).isEqualTo(alone[chosen.get(i)]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("filters")
    void aHundredRandomTextsPass(Filter filter) {
        for (long seed = 0; seed < 100; seed++) {
            double score = filter.score(rewritten("x" + random(seed), random(seed + 1000)));
            assertThat(score).as("seed %d", seed).isNotNaN();
            assertThat(filter.judge(score)).isNotNull();
        }
    }

    private static String random(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(60); i > 0; i--) {
            text.appendCodePoint(random.nextInt(4) == 0 ? ' ' : random.nextInt(0xD7FF));
        }
        return text.toString();
    }

    @ParameterizedTest
    @MethodSource("filters")
    void whatIsKeptIsOneStretchOfScores(Filter filter) {
        List<Boolean> kept = DoubleStream.iterate(-1, score -> score + 0.05)
                .limit(100)
                .mapToObj(score -> filter.judge(score) instanceof Verdict.Keep)
                .toList();
        List<Integer> changes = new ArrayList<>();
        for (int i = 1; i < kept.size(); i++) {
            if (!kept.get(i).equals(kept.get(i - 1))) {
                changes.add(i);
            }
        }
        assertThat(changes).hasSizeBetween(1, 2);
    }

    @Test
    void editDistanceIsLevenshteinByTheLonger() {
        assertThat(score("edit-distance", "kitten", "sitting")).isEqualTo(0.4286); // 3 of 7
        assertThat(score("edit-distance", "abc", "abc")).isZero();
    }

    @Test
    void aLoopIsFound() {
        assertThat(score("repetition", "the parcel is late again", "the parcel is the parcel is the parcel is"))
                .isGreaterThan(0.3);
        assertThat(score("repetition", "the parcel is late again", "the parcel is delayed again"))
                .isZero();
    }

    @Test
    void numbersNegationAndNamesAreCounted() {
        assertThat(score("numbers", "it cost 20 euros, not 15", "it was 15 euros, not 20"))
                .isEqualTo(1);
        assertThat(score("numbers", "it cost 20 euros", "it cost 30 euros")).isZero();
        assertThat(score("numbers", "it cost 20 euros", "it cost twenty euros")).isZero();
        assertThat(score("numbers", "we have two dogs", "we have three dogs")).isZero();
        assertThat(score("units", "take 5 mg at 10 am", "take 5 mg at 10 are")).isLessThan(1);
        assertThat(score("units", "for 10 minutes or 2 days", "for 2 minutes or 10 days"))
                .isZero();
        assertThat(score("units", "it took 3 Hours,", "in 3 hours")).isEqualTo(1);
        assertThat(score("negation", "it does n't work", "it dont work")).isEqualTo(1);
        assertThat(score("negation", "they did n't like it", "they did like it"))
                .isZero();
        assertThat(score("negation", "it does not work", "it doesn't work")).isEqualTo(1);
        assertThat(score("negation", "it does not work", "it works")).isZero();
        assertThat(score("entities", "we met Anna in Oslo", "Anna was met in Oslo"))
                .isEqualTo(1);
        assertThat(score("entities", "we met Anna in Oslo", "we met her in Oslo"))
                .isEqualTo(0.5);
    }

    @Test
    void digitsThatAnOperatorPutForLettersAreNoNumbers() {
        Document source = new Document("d", "the phone and 20 euros", null, List.of());
        Augmented leet =
                Augmented.of(source, "leetspeak", 0, 1, List.of(new Edit(4, 9, "ph0n3"), new Edit(10, 13, "4nd")));
        Augmented other = Augmented.of(source, "other", 0, 1, List.of(new Edit(14, 16, "30")));
        Filter numbers = filter("numbers");
        assertThat(numbers.score(leet)).isEqualTo(1);
        assertThat(numbers.score(other)).isZero();
    }

    @Test
    void anotherLanguageIsFound() {
        String source = "Where is the parcel that I ordered last week? Nobody answers the telephone.";
        assertThat(score("language", source, source + " Please help me.")).isZero();
        assertThat(score("language", source, "Wo ist das Paket, das ich letzte Woche bestellt habe?"))
                .isGreaterThan(1);
        assertThat(score("vocabulary", source, "Where is the package that I ordered last week?"))
                .isEqualTo(1);
        assertThat(score("vocabulary", "I need the number", "I bezona spurada number"))
                .isEqualTo(0.5);
    }

    @Test
    void similarityGatesWhatMeansSomethingElse() {
        String source = "Where is my parcel?";
        assertThat(score("similarity", source, "Where is my package?")).isGreaterThan(0.7);
        assertThat(score("similarity", source, "The recipe needs two eggs.")).isLessThan(0.3);
    }

    @Test
    void onlyLengthIsOnByItself() {
        assertThat(Settings.parse("", FilterSettings::read).stream()
                        .map(factory -> factory.make(RESOURCES).name()))
                .containsExactly("length-ratio");
        assertThat(Settings.parse("similarity { min = -1 }", FilterSettings::read))
                .hasSize(1);
    }

    @Test
    void whatStandsWithAnOperatorGivesWayToWhatTheUserNames() {
        Map<String, String> standing = Map.of("negation", "", "numbers", "min = 0.5");
        Function<Settings, List<FilterSettings.Factory>> read =
                section -> FilterSettings.standing(standing, "one", section);
        List<Filter> filters = Settings.parse("", read).stream()
                .map(factory -> factory.make(RESOURCES))
                .toList();
        assertThat(filters).extracting(Filter::name).containsExactly("numbers", "negation");
        assertThat(filters).allMatch(filter -> filter.judges("one") && !filter.judges("other"));
        assertThat(Settings.parse("numbers { }", read)).hasSize(1);
    }

    @Test
    void everyMistakeIsReportedAtOnce() {
        String wrong = "edit-distance { max = 2 }, repetition { mxa = 0.1 }, language { code = english }"
                + ", label { min = 0.5 }, numbers { min = no }";
        assertThatThrownBy(() -> Settings.parse(wrong, FilterSettings::read))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.problems())
                                .anyMatch(problem -> problem.contains("edit-distance.max: given 2"))
                                .anyMatch(problem -> problem.contains("did you mean \"max\"?"))
                                .anyMatch(problem -> problem.contains("language.code: given \"english\""))
                                .anyMatch(problem -> problem.contains("label.adapter is missing"))
                                .anyMatch(problem -> problem.contains("numbers.min")));
    }

    @Test
    void runsOfWordsAndCharsAreHashed() {
        assertThat(NGrams.words("One two, three!", 2)).hasSize(2);
        assertThat(NGrams.words("one TWO -- three", 2)).isEqualTo(NGrams.words("One two, three!", 2));
        assertThat(NGrams.words("one two", 3)).isEmpty();
        assertThat(NGrams.characters("abcdef", 5, 1 << 20)).hasSize(2).isSorted();
        assertThat(NGrams.characters("ab", 5, 1 << 20)).hasSize(1);
    }
}
