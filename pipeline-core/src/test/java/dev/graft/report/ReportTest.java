// SPDX-License-Identifier: Apache-2.0
package dev.graft.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.report.ArmScores.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReportTest {
    private static final Pattern DATA =
            Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL);

    static List<Report> reports() {
        return List.of(
                Reports.full(),
                Reports.augmentOnly(),
                Reports.empty(),
                Reports.trained("many", Reports.labels(300), 7, 0, 2));
    }

    @ParameterizedTest
    @MethodSource("reports")
    void thePageNeedsNothingButItself(Report report) {
        String html = report.html();

        assertThat(html)
                .doesNotContainPattern("(?i)<(link|img|iframe|object|embed|base)\\b(?![^<]*\\\\n)[^<]*(src|href)=");
        assertThat(outsideOfData(html))
                .doesNotContainPattern("(?i)(src|href)\\s*=\\s*[\"']?(https?:)?//")
                .doesNotContain("@import")
                .doesNotContain("url(")
                .doesNotContain("{{");
        assertThat(html).contains("default-src 'none'");
    }

    @ParameterizedTest
    @MethodSource("reports")
    void noTextBreaksOutOfTheData(Report report) throws IOException {
        String html = report.html();

        assertThat(html.split("(?i)<script", -1)).hasSize(4);
        assertThat(html.split("(?i)</script", -1)).hasSize(4);
        assertThat(data(html).get("name").asText()).isEqualTo(report.name());
    }

    @Test
    void textsArriveUnharmed() throws IOException {
        JsonNode samples = group(data(Reports.full().html()).get("samples"), "back-translation-en-es")
                .get("samples");

        List<String> sources = StreamSupport.stream(samples.spliterator(), false)
                .map(sample -> joined(sample.get("pieces"), "SAME", "DELETED"))
                .toList();
        assertThat(sources)
                .contains(
                        Reports.HOSTILE.get(0), Reports.HOSTILE.get(1), Reports.HOSTILE.get(2), Reports.HOSTILE.get(4));
        assertThat(sources.get(3)).as("a text of 4000 chars is shortened").hasSizeLessThan(700);
    }

    @Test
    void theCountsShownAddUp() throws IOException {
        JsonNode data = data(Reports.full().html());

        long left = 0;
        JsonNode steps = data.get("waterfall");
        for (int i = 0; i < steps.size() - 1; i++) {
            long copies = steps.get(i).get("copies").asLong();
            left += steps.get(i).get("loss").asBoolean() ? -copies : copies;
        }
        assertThat(left)
                .isEqualTo(steps.get(steps.size() - 1).get("copies").asLong())
                .isEqualTo(6103);
        for (JsonNode row : data.get("operators")) {
            JsonNode counts = row.get("counts");
            long dropped = StreamSupport.stream(counts.get("dropped").spliterator(), false)
                    .mapToLong(JsonNode::asLong)
                    .sum();
            assertThat(counts.get("kept").asLong()
                            + counts.get("unchanged").asLong()
                            + counts.get("failed").asLong()
                            + dropped)
                    .as(row.get("operator").asText())
                    .isEqualTo(counts.get("asked").asLong());
        }
    }

    @Test
    void thirtySamplesComeEvenlyFromAllOperators() throws IOException {
        List<Integer> sizes = StreamSupport.stream(
                        data(Reports.full().html()).get("samples").spliterator(), false)
                .map(group -> group.get("samples").size())
                .toList();

        assertThat(sizes).containsExactly(5, 5, 5, 5, 5, 5);
    }

    @Test
    void diversityIsShownAsItWasFoundWithTheOriginalsToCompareWith() throws IOException {
        JsonNode data = data(Reports.full().html());
        JsonNode empty = data(Reports.empty().html());

        JsonNode typos = group(data.get("kept"), "keyboard-typos");
        assertThat(typos.get("copies").asLong()).isEqualTo(1644);
        assertThat(StreamSupport.stream(typos.get("intensity").spliterator(), false)
                        .mapToLong(JsonNode::asLong)
                        .sum())
                .isEqualTo(1644);
        assertThat(typos.get("similarity").isNull()).isTrue();
        assertThat(typos.at("/diversity/selfBleu").asDouble()).isBetween(0.0, 1.0);
        assertThat(data.at("/originals/texts").asInt()).isEqualTo(8);
        assertThat(empty.get("kept")).isEmpty();
        assertThat(empty.get("originals").isNull()).isTrue();
    }

    @Test
    void upTo77ClassesMakeAMatrixAndMoreThePairsOnly() throws IOException {
        JsonNode readable =
                data(Reports.trained("77", Reports.labels(77), 1, 0, 2).html()).get("classes");
        JsonNode many =
                data(Reports.trained("78", Reports.labels(78), 1, 0, 2).html()).get("classes");

        assertThat(readable.get("confusion")).hasSize(77);
        assertThat(many.get("confusion").isNull()).isTrue();
        assertThat(many.get("pairs")).hasSize(20);
        assertThat(many.get("rows")).hasSize(78);
    }

    @Test
    void aLossThatIsNoNumberIsStillAPage() throws IOException {
        Curve diverged = new Curve("augmented", 1, List.of(new Curve.Point(1, 2.5), new Curve.Point(2, Double.NaN)));
        Report report = new Report(
                "diverged", Instant.EPOCH, Map.of(), Map.of(), null, null, List.of(diverged), List.of(), List.of());

        assertThat(data(report.html())
                        .get("curves")
                        .get(0)
                        .get("points")
                        .get(1)
                        .get("loss")
                        .isNumber())
                .isFalse();
    }

    @Test
    void aMacroF1ThatSaysOtherThanAccuracyIsNotHidden() {
        Report report = compared(
                List.of(new Score("test", 1, 0.80, 0.70), new Score("test", 2, 0.80, 0.71)),
                List.of(new Score("test", 1, 0.70, 0.60), new Score("test", 2, 0.85, 0.61)));

        List<String> conclusions = Page.of(report).conclusions();
        assertThat(conclusions).hasSize(2);
        assertThat(conclusions.get(0)).startsWith("No clear difference in accuracy");
        assertThat(conclusions.get(1)).contains("falls behind").contains("macro-F1");
    }

    @Test
    void ofALossLessIsBetterAndItsIntervalEndsNowhere() throws IOException {
        Measure loss = new Measure("loss", false, true);
        Report report = compared(
                List.of(new Score("test", 1, Map.of(loss, 2.9)), new Score("test", 2, Map.of(loss, 3.0))),
                List.of(new Score("test", 1, Map.of(loss, 1.4)), new Score("test", 2, Map.of(loss, 1.6))));

        assertThat(Page.of(report).conclusions())
                .singleElement()
                .asString()
                .startsWith("“augmented” beats “originals” by 1.4500 of loss on test");
        JsonNode data = data(report.html());
        assertThat(data.at("/differences/0/verdict").asText()).isEqualTo("BETTER");
        assertThat(data.at("/results/1/share").asBoolean()).isFalse();
        assertThat(data.at("/results/1/high").asDouble()).isGreaterThan(2);
    }

    @Test
    void armsWithoutARowToBeTestedByAreNotCompared() {
        assertThat(Page.of(compared(List.of(), List.of())).conclusions())
                .containsExactly("No row was held out, so there is nothing to compare the arms by.");
    }

    @Test
    void anIntervalEndsWhereScoresEnd() {
        Report report = compared(
                List.of(new Score("test", 1, 0.9, 0.9), new Score("test", 2, 0.6, 0.6)),
                List.of(new Score("test", 1, 0.1, 0.1), new Score("test", 2, 0.4, 0.4)));

        assertThat(Page.of(report).results()).allSatisfy(row -> {
            assertThat(row.low()).isZero();
            assertThat(row.high()).isOne();
        });
    }

    @Test
    void oneArmIsNotCompared() {
        ArmScores arm =
                new ArmScores("augmented", 10, 5, List.of(new Score("test", 1, 0.5, 0.4)), List.of(), List.of());
        Report report =
                new Report("one", Instant.EPOCH, Map.of(), Map.of(), null, null, List.of(), List.of(), List.of(arm));

        assertThat(Page.of(report).conclusions())
                .containsExactly("One arm was trained, so there is nothing to compare it with.");
    }

    @Test
    void anArmOfOtherClassesIsRefused() {
        ArmScores arm = new ArmScores("augmented", 10, 5, List.of(), List.of(0.5, 0.6), List.of());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Report(
                        "r", Instant.EPOCH, Map.of(), Map.of(), null, null, List.of(), List.of("a"), List.of(arm)))
                .withMessageContaining("augmented")
                .withMessageContaining("F1 of 2 classes")
                .withMessageContaining("1 labels");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ArmScores("augmented", 10, 5, List.of(), List.of(0.5, 0.6), List.of(List.of(1))))
                .withMessageContaining("as many rows and columns");
    }

    @Test
    void theFileIsReplacedAsAWhole(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("report.html");
        Files.writeString(file, "old");

        Reports.full().write(Reports.place(file));

        assertThat(Files.readString(file)).isEqualTo(Reports.full().html());
        assertThat(directory).isDirectoryNotContaining("glob:**.draft");
    }

    private static Report compared(List<Score> baseline, List<Score> judged) {
        List<ArmScores> arms = List.of(
                new ArmScores("originals", 10, 5, baseline, List.of(), List.of()),
                new ArmScores("augmented", 30, 5, judged, List.of(), List.of()));
        return new Report("two", Instant.EPOCH, Map.of(), Map.of(), null, null, List.of(), List.of(), arms);
    }

    private static JsonNode data(String html) throws IOException {
        Matcher matcher = DATA.matcher(html);
        assertThat(matcher.find()).isTrue();
        return new ObjectMapper().readTree(matcher.group(1));
    }

    private static String outsideOfData(String html) {
        return DATA.matcher(html).replaceAll("");
    }

    private static JsonNode group(JsonNode groups, String operator) {
        return StreamSupport.stream(groups.spliterator(), false)
                .filter(group -> group.get("operator").asText().equals(operator))
                .findFirst()
                .orElseThrow();
    }

    private static String joined(JsonNode pieces, String... kinds) {
        return StreamSupport.stream(pieces.spliterator(), false)
                .filter(piece -> List.of(kinds).contains(piece.get("kind").asText()))
                .map(piece -> piece.get("text").asText())
                .collect(Collectors.joining());
    }
}
