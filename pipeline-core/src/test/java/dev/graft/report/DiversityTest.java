// SPDX-License-Identifier: Apache-2.0
package dev.graft.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.augment.Edit;
import dev.graft.run.RunDirectory;
import dev.graft.storage.LocalStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiversityTest {
    private static final Offset<Double> EXACT = within(1e-12);

    @Test
    void countedByHand() {
        Diversity diversity = Diversity.of(List.of("The card, the card", "the bill"));

        // the card , the card | the bill: 4 of 7 words, 4 of 5 pairs; within the texts 3 of 5 and 2 of 2
        assertThat(diversity.texts()).isEqualTo(2);
        assertThat(diversity.distinct1()).isEqualTo(4 / 7.0, EXACT);
        assertThat(diversity.distinct2()).isEqualTo(4 / 5.0, EXACT);
        assertThat(diversity.typeTokenRatio()).isEqualTo((3 / 5.0 + 1) / 2, EXACT);
    }

    @Test
    void wordsAreTakenAsTheyAreRead() {
        assertThat(Diversity.of(List.of("Can't log-in 🙂🙂")).distinct1())
                .as("can't, log-in, two faces")
                .isEqualTo(3 / 4.0, EXACT);
        assertThat(Diversity.of(List.of("東京東京")).distinct1()).as("ideographs").isEqualTo(0.5, EXACT);
        assertThat(Diversity.of(List.of("cafe\u0301 cafe")).distinct1())
                .as("an accent belongs to its word")
                .isEqualTo(1);
    }

    @Test
    void theWindowMovesOverALongText() {
        // 50 different words, then the last of them again: windows of 50 and 49 types
        String text = IntStream.range(0, 50).mapToObj(i -> "w" + i).collect(Collectors.joining(" ")) + " w49";
        assertThat(Diversity.of(List.of(text)).typeTokenRatio()).isEqualTo((1 + 0.98) / 2, EXACT);

        String twice = String.join(" ", Collections.nCopies(20, "a b c d e f g h i j"));
        assertThat(Diversity.of(List.of(twice)).typeTokenRatio())
                .as("20 times 10 words")
                .isEqualTo(10 / 50.0, EXACT);
    }

    static List<JsonNode> golden() throws IOException {
        List<JsonNode> cases = new ArrayList<>();
        new ObjectMapper()
                .readTree(DiversityTest.class.getResourceAsStream("self-bleu.json"))
                .get("cases")
                .forEach(cases::add);
        return cases;
    }

    /** The values are nltk's, by {@code src/test/python/self_bleu_golden.py}. */
    @ParameterizedTest
    @MethodSource("golden")
    void selfBleuIsThatOfNltk(JsonNode golden) {
        List<String> texts = new ArrayList<>();
        golden.get("texts").forEach(text -> texts.add(text.asText()));

        assertThat(Diversity.of(texts).selfBleu()).isEqualTo(golden.get("mean").asDouble(), within(1e-9));
    }

    @Test
    void oneTextHasNoOthersAndNoWordsAreNoError() {
        assertThat(Diversity.of(List.of("alone")).selfBleu()).isNull();
        assertThat(Diversity.of(List.of(" ", ""))).isEqualTo(new Diversity(2, 0, 0, 0, 0.0));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatHoldsForAnyTexts(long seed) {
        Random random = new Random(seed);
        List<String> texts = texts(random);
        Diversity diversity = Diversity.of(texts);

        List<String> shuffled = new ArrayList<>(texts);
        Collections.shuffle(shuffled, random);
        Diversity other = Diversity.of(shuffled);
        assertThat(other.distinct1()).as("the order is nothing").isEqualTo(diversity.distinct1());
        assertThat(other.distinct2()).isEqualTo(diversity.distinct2());
        assertThat(other.typeTokenRatio()).isEqualTo(diversity.typeTokenRatio(), EXACT);
        assertThat(other.selfBleu()).isEqualTo(diversity.selfBleu(), EXACT);

        List<String> twice = new ArrayList<>(texts);
        twice.addAll(texts);
        Diversity doubled = Diversity.of(twice);
        assertThat(doubled.selfBleu()).as("each text stands in the others").isEqualTo(1, within(0.15));
        assertThat(doubled.selfBleu()).isGreaterThanOrEqualTo(diversity.selfBleu());
        assertThat(doubled.distinct1()).isEqualTo(diversity.distinct1() / 2, EXACT);
        assertThat(doubled.typeTokenRatio()).isEqualTo(diversity.typeTokenRatio(), EXACT);

        Set<String> vocabulary = new HashSet<>();
        texts.forEach(text -> vocabulary.addAll(List.of(text.split(" ", -1))));
        long words =
                texts.stream().mapToLong(text -> text.split(" ", -1).length).sum();
        assertThat(diversity.distinct1()).isEqualTo(vocabulary.size() / (double) words, EXACT);
    }

    private static List<String> texts(Random random) {
        return IntStream.range(0, 3 + random.nextInt(30))
                .mapToObj(text -> IntStream.range(0, 1 + random.nextInt(80))
                        .mapToObj(word -> "w" + (int) Math.abs(20 * random.nextGaussian()))
                        .collect(Collectors.joining(" ")))
                .toList();
    }

    @Test
    void figuresThatCannotBeAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Diversity.of(List.of()))
                .withMessage("diversity of 0 texts; allowed is at least one text");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Diversity(1, 0.5, Double.NaN, 0.5, null))
                .withMessage("distinct-2 is NaN; allowed is from 0 to 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Diversity(2, 0.5, 0.5, 0.5, 1.1))
                .withMessage("self-BLEU is 1.1; allowed is from 0 to 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Survey.Kept("swap", 3, List.of(1L, 1L), null, null))
                .withMessage("swap has 2 bins of 2 intensities together; allowed are 10 bins of its 3 copies");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Survey.Kept("swap", 0, Collections.nCopies(10, 0L), 1.5, null))
                .withMessageContaining("mean similarity of 1.5");
    }

    @Test
    void aSurveyIsReadAsItWasWritten(@TempDir Path directory) throws IOException {
        Survey survey = Reports.survey();
        assertThat(Survey.read(new RunDirectory(new LocalStorage(), directory.toString())))
                .isEmpty();

        survey.write(Reports.place(directory));

        assertThat(Survey.read(new RunDirectory(new LocalStorage(), directory.toString())))
                .contains(survey);
    }

    @Test
    void samplesComeEvenlyFromAllOperators() {
        List<Sample> samples = new ArrayList<>();
        Map.of("many", 9, "some", 4, "one", 1)
                .forEach((operator, copies) -> IntStream.range(0, copies)
                        .forEach(i -> samples.add(
                                Sample.kept(operator, "s" + i, null, "text", List.of(new Edit(0, 0, "x")), Map.of()))));

        List<Sample> spread = Sample.spread(samples, 8);

        assertThat(spread.stream().collect(Collectors.groupingBy(Sample::operator, Collectors.counting())))
                .containsEntry("one", 1L)
                .hasEntrySatisfying("some", copies -> assertThat(copies).isBetween(3L, 4L))
                .hasEntrySatisfying("many", copies -> assertThat(copies).isBetween(3L, 4L));
        assertThat(spread).hasSize(8);
        assertThat(Sample.spread(samples, 100)).hasSize(14);
    }
}
