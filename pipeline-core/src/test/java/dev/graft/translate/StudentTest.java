// SPDX-License-Identifier: Apache-2.0
package dev.graft.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.LexicalShortlist;
import dev.graft.checkpoint.MarianFile;
import dev.graft.checkpoint.StudentConfig;
import dev.graft.checkpoint.StudentFolder;
import dev.graft.generate.Generator;
import dev.graft.generate.Hypothesis;
import dev.graft.generate.Request;
import dev.graft.model.Adaptation;
import dev.graft.model.ComputeType;
import dev.graft.model.Decoding;
import dev.graft.model.MarianStudent;
import dev.graft.tokenize.SentencePiece;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two tiny students, whose answers a plain numpy forward pass gave: {@code src/test/python/tiny_student.py}. */
class StudentTest {
    private static final Path STUDENTS = Path.of("src/test/resources/students");

    private static List<JsonNode> cases(String student) throws IOException {
        List<JsonNode> cases = new ArrayList<>();
        new ObjectMapper()
                .readTree(STUDENTS.resolve(student).resolve("expected.json").toFile())
                .forEach(cases::add);
        return cases;
    }

    private static int[] ints(JsonNode array) {
        return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
    }

    private static Request request(JsonNode each) {
        BitSet allowed = new BitSet();
        IntStream.of(ints(each.get("candidates"))).forEach(allowed::set);
        int[] source = ints(each.get("source"));
        return new Request(source, allowed, (int) Math.ceil(2.5 * source.length));
    }

    private static MarianStudent model(String student, NDManager manager) {
        StudentFolder files = StudentFolder.of(STUDENTS.resolve(student));
        MarianFile file = MarianFile.read(files.model());
        StudentConfig config = StudentConfig.read("tiny", file.settings());
        return new MarianStudent(config, file.weights(), Adaptation.NONE, manager);
    }

    @ParameterizedTest
    @ValueSource(strings = {"shared", "apart"})
    void translatesAsTheReferenceDoes(String student) throws IOException {
        List<JsonNode> cases = cases(student);
        try (Student translator = new Student(STUDENTS.resolve(student), ComputeType.FLOAT32)) {
            List<Student.Translation> answers = translator.translations(
                    cases.stream().map(each -> each.get("sentence").asText()).toList());
            for (int i = 0; i < cases.size(); i++) {
                String sentence = cases.get(i).get("sentence").asText();
                assertThat(answers.get(i).truncated())
                        .as(sentence)
                        .isEqualTo(cases.get(i).get("truncated").asBoolean());
                assertThat(answers.get(i).text())
                        .as(sentence)
                        .isEqualTo(cases.get(i).get("text").asText());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"shared", "apart"})
    void tokenizesAsThePythonPackageDoes(String student) throws IOException {
        StudentFolder files = StudentFolder.of(STUDENTS.resolve(student));
        try (SentencePiece source = new SentencePiece(files.sourceVocabulary())) {
            for (JsonNode each : cases(student)) {
                int[] expected = ints(each.get("source"));
                assertThat(source.ids(each.get("sentence").asText()))
                        .as(each.get("sentence").asText())
                        .containsExactly(IntStream.of(expected)
                                .limit(expected.length - 1L)
                                .toArray());
            }
        }
    }

    @Test
    void theShortlistIsTheReferences() throws IOException {
        StudentFolder files = StudentFolder.of(STUDENTS.resolve("shared"));
        StudentConfig config =
                StudentConfig.read("tiny", MarianFile.read(files.model()).settings());
        LexicalShortlist list =
                LexicalShortlist.read(files.shortlist().orElseThrow(), config.sources(), config.targets());
        for (JsonNode each : cases("shared")) {
            assertThat(list.candidates(ints(each.get("source"))).stream().toArray())
                    .containsExactly(ints(each.get("candidates")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"shared", "apart"})
    void logitsAreTheReferences(String student) throws IOException {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            MarianStudent model = model(student, manager);
            for (JsonNode each : cases(student)) {
                int[] candidates = ints(each.get("candidates"));
                try (Decoding decoding = model.start(List.of(ints(each.get("source"))), candidates)) {
                    int last = 0;
                    for (int step = 0; step < each.get("logits").size(); step++) {
                        float[] logits = decoding.step(new int[] {last}, NDArray::toFloatArray);
                        for (int c = 0; c < candidates.length; c++) {
                            assertThat((double) logits[c])
                                    .isCloseTo(
                                            each.get("logits").get(step).get(c).asDouble(), within(1e-4));
                        }
                        last = each.get("tokens").path(step).asInt();
                    }
                }
            }
        }
    }

    @Test
    void answersDoNotDependOnTheBatch() throws IOException {
        List<Request> requests = new ArrayList<>();
        for (String student : List.of("shared", "shared", "shared")) {
            requests.addAll(cases(student).stream().map(StudentTest::request).toList());
        }
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            MarianStudent model = model("shared", manager);
            List<Hypothesis> alone = requests.stream()
                    .map(request ->
                            new Generator(model, 1).answer(List.of(request)).get(0))
                    .toList();
            for (long seed = 0; seed < 10; seed++) {
                List<Integer> order =
                        IntStream.range(0, requests.size()).boxed().collect(Collectors.toList());
                Random random = new Random(seed);
                Collections.shuffle(order, random);
                List<Integer> chosen = order.subList(0, 1 + random.nextInt(order.size()));
                List<Hypothesis> together = new Generator(model, 1 + random.nextInt(400))
                        .answer(chosen.stream().map(requests::get).toList());
                for (int i = 0; i < chosen.size(); i++) {
                    assertThat(together.get(i)).as("seed %d", seed).isEqualTo(alone.get(chosen.get(i)));
                }
            }
        }
    }

    @Test
    void memoryIsFlatOverManyBatches() throws IOException {
        List<Request> requests =
                cases("shared").stream().map(StudentTest::request).toList();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            MarianStudent model = model("shared", manager);
            Generator greedy = new Generator(model, 64);
            int before = manager.getManagedArrays().size();
            for (int i = 0; i < 20; i++) {
                greedy.answer(requests);
            }
            assertThat(manager.getManagedArrays()).hasSize(before);
        }
    }

    @Test
    void severalThreadsShareAStudent() throws IOException {
        List<String> sentences = cases("apart").stream()
                .map(each -> each.get("sentence").asText())
                .toList();
        List<String> texts =
                cases("apart").stream().map(each -> each.get("text").asText()).toList();
        try (Student student = new Student(STUDENTS.resolve("apart"), ComputeType.FLOAT32)) {
            List<List<String>> answers = IntStream.range(0, 8)
                    .parallel()
                    .mapToObj(i -> student.translate(sentences))
                    .toList();
            assertThat(answers).allMatch(texts::equals);
        }
    }

    @Test
    void nothingAndEmptySentencesAreAnswered() {
        try (Student student = new Student(STUDENTS.resolve("shared"), ComputeType.FLOAT32)) {
            assertThat(student.translate(List.of())).isEmpty();
            assertThat(student.translate(List.of("", " "))).hasSize(2);
        }
    }

    @Test
    void aFolderWithoutAModelIsNamed(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> new Student(folder, ComputeType.FLOAT32))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("model.*.bin");
        assertThatThrownBy(() -> new Student(folder.resolve("missing"), ComputeType.FLOAT32))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("no folder");
        Files.writeString(folder.resolve("model.a.bin"), "x");
        Files.writeString(folder.resolve("model.b.bin"), "x");
        assertThatThrownBy(() -> new Student(folder, ComputeType.FLOAT32))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("[model.a.bin, model.b.bin]");
    }
}
