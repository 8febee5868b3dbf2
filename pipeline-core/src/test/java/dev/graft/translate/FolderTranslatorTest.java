// SPDX-License-Identifier: Apache-2.0
package dev.graft.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.generate.Beams;
import dev.graft.generate.Pick;
import dev.graft.translate.Translator.Draft;
import dev.graft.translate.Translator.Translation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders of tiny random models, tokens and answers as transformers has them: src/test/python/tiny_translators.py. */
class FolderTranslatorTest {
    private static final Path FOLDERS = Path.of("src", "test", "resources", "translators");
    private static final String LETTERS = "the man has a dog ran home again";

    private static JsonNode golden(String folder) throws IOException {
        return new ObjectMapper()
                .readTree(FOLDERS.resolve(folder).resolve("golden.json").toFile());
    }

    private static PairTokens tokens(String folder, JsonNode golden) {
        Path path = FOLDERS.resolve(folder);
        int pad = golden.path("cases").path(0).path("decoder").path(0).asInt();
        return isMarian(folder)
                ? new MarianTokens(path, "pt", pad)
                : PairTokens.of(ModelFolder.ofTranslator(path), "en", "pt");
    }

    private static boolean isMarian(String folder) {
        return folder.startsWith("marian") || folder.equals("opus-mt");
    }

    private static List<Integer> ints(JsonNode numbers) {
        return IntStream.range(0, numbers.size())
                .mapToObj(i -> numbers.get(i).asInt())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"marian", "marian-apart", "opus-mt", "m2m-100", "nllb"})
    void tokensAreThoseOfTransformers(String folder) throws IOException {
        JsonNode golden = golden(folder);
        try (PairTokens tokens = tokens(folder, golden)) {
            for (JsonNode each : golden.get("texts")) {
                String sentence = each.get("sentence").asText();
                List<Integer> expected = new ArrayList<>(ints(each.get("ids")));
                List<Integer> given = new ArrayList<>(
                        IntStream.of(tokens.source(sentence).tokens()).boxed().toList());
                if (isMarian(folder) && !sentence.startsWith(">>")) {
                    given.remove(0); // the code of the target, which transformers leaves to the caller
                }
                assertThat(given).as(sentence).isEqualTo(expected);
            }
            for (JsonNode each : golden.get("decoded")) {
                String expected = each.get("text").asText().replaceAll("__[a-z]+__", "");
                boolean amidst = expected.length() < each.get("text").asText().length() - 6;
                if (!amidst) {
                    assertThat(tokens.target(ints(each.get("ids"))).text()).isEqualTo(expected.strip());
                }
            }
        }
    }

    @Test
    void theTargetsLanguageIsNamedByItsCode() throws IOException {
        int pad = golden("marian").at("/cases/0/decoder/0").asInt();
        try (PairTokens spanish = new MarianTokens(FOLDERS.resolve("marian"), "es", pad);
                PairTokens given = new MarianTokens(FOLDERS.resolve("marian"), "pt", pad)) {
            assertThat(spanish.source("Two dogs run.").tokens())
                    .isEqualTo(given.source(">>spa<<Two dogs run.").tokens());
        }
        assertThatThrownBy(() -> new FolderTranslator(FOLDERS.resolve("marian"), "en", "de"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll(">>por<<", ">>spa<<", "\"de\" is none of them");
        assertThatThrownBy(() -> new FolderTranslator(FOLDERS.resolve("m2m-100"), "en", "tlh"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("\"tlh\" is none of them");
    }

    /** Each manner: what a draft gets is the same alone, in any batch, in any order. */
    @ParameterizedTest
    @ValueSource(strings = {"marian", "m2m-100"})
    void aDraftDoesNotDependOnItsNeighbours(String folder) throws IOException {
        List<Manner> manners = List.of(
                Manner.GREEDY,
                Manner.of(Beams.of(4)),
                Manner.of(Beams.of(4).best(3)),
                new Manner(new Pick.Sampled(1, 10, 0.9, 1, 0), 2, Optional.empty()),
                new Manner(Beams.of(2), 0, Optional.of(Noise.PUBLISHED)));
        try (FolderTranslator translator = new FolderTranslator(FOLDERS.resolve(folder), "en", "pt")) {
            List<Draft> drafts = new ArrayList<>();
            for (JsonNode each : golden(folder).get("texts")) {
                LongStream.range(0, 3)
                        .forEach(seed -> drafts.add(
                                new Draft(each.get("sentence").asText().replaceAll("[^a-z ]", "a"), seed)));
            }
            for (Manner manner : manners) {
                List<Optional<Translation>> alone = drafts.stream()
                        .map(draft -> translator.drafts(List.of(draft), manner).get(0))
                        .toList();
                List<Integer> order = IntStream.range(0, drafts.size()).boxed().collect(Collectors.toList());
                Collections.shuffle(order, new Random(7));
                List<Optional<Translation>> together =
                        translator.drafts(order.stream().map(drafts::get).toList(), manner);
                for (int i = 0; i < order.size(); i++) {
                    assertThat(together.get(i)).as("%s", manner).isEqualTo(alone.get(order.get(i)));
                }
                long distinct =
                        alone.stream().flatMap(Optional::stream).distinct().count();
                assertThat(alone).anyMatch(Optional::isPresent);
                if (manner.noise().isEmpty()) { // which has nothing to move in answers of one word
                    assertThat(distinct <= drafts.size() / 3).as("%s", manner).isEqualTo(!manner.hasVariants());
                }
            }
        }
    }

    /** pytorch_model.bin with the tables that others compute, and scores without the words that are never written. */
    @Test
    void aFolderAsItIsPublishedAnswersAsTransformersDoes() throws IOException {
        for (JsonNode each : golden("opus-mt").get("translations")) {
            try (FolderTranslator translator = new FolderTranslator(FOLDERS.resolve("opus-mt"), "en", "pt")) {
                assertThat(translator.translate(List.of(each.get("sentence").asText())))
                        .containsExactly(each.get("text").asText());
            }
        }
        assertThatThrownBy(() -> new FolderTranslator(FOLDERS.resolve("nllb"), "en", "zh"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("zho_Hans, zho_Hant");
    }

    @Test
    void whatIsTooLongIsCutAndSaysSo() throws IOException {
        try (FolderTranslator translator = new FolderTranslator(FOLDERS.resolve("marian"), "en", "pt")) {
            List<Translation> answers = translator.translations(List.of(LETTERS.repeat(9), "the dog"));
            assertThat(answers.get(0)).isEqualTo(new Translation("", true, false));
            assertThat(translator.answers(List.of(LETTERS.repeat(9)))).containsExactly(Optional.empty());
            assertThat(answers.get(1).text()).isNotEmpty();
        }
    }

    @Test
    void aFolderThatLacksAFileIsNamed(@TempDir Path folder) throws IOException {
        for (String file : List.of("config.json", "model.safetensors", "vocab.json", "source.spm")) {
            Files.copy(FOLDERS.resolve("marian").resolve(file), folder.resolve(file));
        }
        assertThatThrownBy(() -> new FolderTranslator(folder, "en", "pt"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll(folder.toString(), "target.spm");
        assertThat(FolderTranslator.is(folder)).isTrue();
        assertThat(FolderTranslator.is(folder.resolve("missing"))).isFalse();
    }

    @Test
    void noiseDropsBlanksAndMovesWords() {
        String text = IntStream.range(0, 400).mapToObj(i -> "w" + i).collect(Collectors.joining(" "));
        String noised = Noise.PUBLISHED.of(text, 1);
        assertThat(noised).isEqualTo(Noise.PUBLISHED.of(text, 1)).isNotEqualTo(Noise.PUBLISHED.of(text, 2));
        List<String> words = List.of(noised.split(" "));
        assertThat(words.size()).isBetween(320, 395);
        assertThat(words.stream().filter("..."::equals).count()).isBetween(15L, 70L);
        List<String> moved = List.of(new Noise(0, 0, 3).of(text, 5).split(" "));
        assertThat(moved).hasSize(400).isNotEqualTo(List.of(text.split(" ")));
        for (int i = 0; i < moved.size(); i++) {
            assertThat(Math.abs(Integer.parseInt(moved.get(i).substring(1)) - i))
                    .isLessThanOrEqualTo(3);
        }
        assertThat(new Noise(0, 0, 0).of(text, 5)).isEqualTo(text);
        assertThatThrownBy(() -> new Noise(1, 0, 3)).hasMessageContaining("drops 1.0");
    }
}
