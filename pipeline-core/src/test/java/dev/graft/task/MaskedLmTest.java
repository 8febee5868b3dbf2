// SPDX-License-Identifier: Apache-2.0
package dev.graft.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.task.MaskedLm.Blank;
import dev.graft.task.MaskedLm.Guess;
import dev.graft.task.MaskedLm.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small model against what transformers computed with it: src/test/python/tiny_models.py. */
class MaskedLmTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "tiny-bert");
    private static final MaskedLm MODEL = new MaskedLm(FOLDER);

    @AfterAll
    static void close() {
        MODEL.close();
    }

    @Test
    void logitsAgreeWithTransformersAloneAndInABatch() throws IOException {
        List<JsonNode> cases = StreamSupport.stream(
                        new ObjectMapper()
                                .readTree(FOLDER.resolve("golden.json").toFile())
                                .spliterator(),
                        false)
                .toList();
        assertThat(cases).hasSize(4);
        assertLogitsAgree(cases);
        for (JsonNode each : cases) {
            assertLogitsAgree(List.of(each));
        }
    }

    private static void assertLogitsAgree(List<JsonNode> cases) {
        List<Window> windows = cases.stream()
                .map(each -> new Window(
                        StreamSupport.stream(each.get("ids").spliterator(), false)
                                .mapToLong(JsonNode::asLong)
                                .toArray(),
                        new int[] {each.get("masked").asInt()}))
                .toList();
        try (NDManager scope = NDManager.newBaseManager("PyTorch")) {
            float[] given = MODEL.logits(windows, scope).toFloatArray();
            int at = 0;
            for (JsonNode each : cases) {
                for (JsonNode logit : each.get("logits")) {
                    assertThat(given[at++]).isCloseTo((float) logit.asDouble(), within(1e-4f));
                }
            }
            assertThat(at).isEqualTo(given.length);
        }
    }

    @Test
    void guessesFitTheBlankAndAreWholeWords() {
        String text = "We were very happy and the children played outside.";
        Blank children = blank(text, "children");
        Blank outside = blank(text, "outside");
        List<List<List<Guess>>> guesses =
                MODEL.guesses(text, List.of(List.of(children), List.of(), List.of(outside)), 5);
        assertThat(guesses).hasSize(3);
        assertThat(guesses.get(1)).isEmpty();
        assertThat(guesses.get(0).get(0)).extracting(Guess::word).contains("people");
        assertThat(guesses.get(2).get(0)).extracting(Guess::word).contains("outside", "inside");
        for (Guess guess : guesses.get(0).get(0)) {
            assertThat(guess.word()).matches("[a-z]+");
            assertThat(guess.probability()).isBetween(0.0, 1.0);
        }
    }

    @Test
    void aBlankInTheMiddleOfALongTextIsGuessedAsOneInAShort() {
        String sentence = "The children played outside. ";
        String text = sentence.repeat(500);
        List<Blank> blanks = IntStream.range(0, 500)
                .mapToObj(i -> new Blank(i * sentence.length() + 4, i * sentence.length() + 12))
                .filter(blank -> blank.start() / sentence.length() % 7 == 3)
                .toList();
        List<List<Guess>> guesses = MODEL.guesses(text, List.of(blanks), 10).get(0);
        assertThat(guesses).hasSameSizeAs(blanks);
        assertThat(guesses)
                .allSatisfy(each -> assertThat(each)
                        .extracting(Guess::word)
                        .containsAnyOf("children", "students", "boys", "girls", "friends"));
    }

    @Test
    void emojiAccentsAndAMaskInTheTextDoNotShiftTheBlank() {
        String plain = "Please refund my quick purchase of the lamp.";
        String odd = "🙂🙂 é [MASK] \u0000 日本. " + plain;
        for (String text : List.of(plain, odd)) {
            assertThat(MODEL.guesses(text, List.of(List.of(blank(text, "quick"))), 10)
                            .get(0)
                            .get(0))
                    .as(text)
                    .extracting(Guess::word)
                    .containsAnyOf("last", "recent", "first", "latest");
        }
    }

    @Test
    void threadsGetTheSameGuesses() {
        String text = "The weather was lovely.";
        List<List<Blank>> copies = List.of(List.of(blank(text, "lovely")));
        List<List<List<Guess>>> expected = MODEL.guesses(text, copies, 10);
        assertThat(IntStream.range(0, 200).parallel().mapToObj(i -> MODEL.guesses(text, copies, 10)))
                .allMatch(expected::equals);
    }

    @Test
    void memoryStaysFlat() throws IOException {
        String text = "The children played outside and the weather was lovely. ".repeat(20);
        List<Blank> blanks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            blanks.add(new Blank(i * 56 + 4, i * 56 + 12));
        }
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 8 && least >= 5L << 20; round++) {
            System.gc(); // the heap's own growth is not what is measured
            long before = residentBytes();
            for (int i = 0; i < 150; i++) {
                MODEL.guesses(text, List.of(blanks, blanks), 10);
            }
            System.gc();
            least = Math.min(least, residentBytes() - before);
        }
        assertThat(least).isLessThan(5L << 20);
    }

    private static long residentBytes() throws IOException {
        Path statm = Path.of("/proc/self/statm");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(statm), "no /proc here");
        return Long.parseLong(Files.readString(statm).split(" ")[1]) * 4096;
    }

    @Test
    void aFolderWithoutAHeadIsNamed(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> new MaskedLm(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll(folder.toString(), "has no config.json");
        Path other = Path.of("src", "test", "resources", "tiny-gpt2");
        assertThatThrownBy(() -> new MaskedLm(other))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll("tiny-gpt2", "model_type is \"gpt2\"", "allowed for MASKED_LM are bert");
    }

    private static Blank blank(String text, String word) {
        return new Blank(text.indexOf(word), text.indexOf(word) + word.length());
    }
}
