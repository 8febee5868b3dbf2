// SPDX-License-Identifier: Apache-2.0
package dev.graft.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.checkpoint.Safetensors;
import dev.graft.model.Adaptation;
import dev.graft.model.Architectures;
import dev.graft.model.Decoding;
import dev.graft.model.HeadKind;
import dev.graft.model.Model;
import dev.graft.model.Modules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Generator decoding of each family with its cache, as transformers does it: src/test/python/tiny_architectures.py. */
class CausalDecoderTest {
    private static final Path FOLDERS = Path.of("src", "test", "resources", "architectures");
    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<String> decoders() throws IOException {
        try (Stream<Path> all = Files.list(FOLDERS)) {
            List<String> decoders = new ArrayList<>();
            for (Path folder : all.sorted().toList()) {
                if (golden(folder).path(0).has("greedy")) {
                    decoders.add(folder.getFileName().toString());
                }
            }
            assertThat(decoders).hasSizeGreaterThan(10);
            return decoders.stream();
        }
    }

    private static JsonNode golden(Path folder) throws IOException {
        return JSON.readTree(folder.resolve("golden.json").toFile()).get("cases");
    }

    private static Model model(String name, NDManager manager) throws IOException {
        Path folder = FOLDERS.resolve(name);
        Modules modules =
                new Modules(Safetensors.read(folder.resolve("model.safetensors")), name, manager, Adaptation.NONE);
        JsonNode config = JSON.readTree(folder.resolve("config.json").toFile());
        return Architectures.build(config, name, modules, HeadKind.CAUSAL_LM);
    }

    private static int[] ints(JsonNode numbers) {
        return IntStream.range(0, numbers.size())
                .map(i -> numbers.get(i).asInt())
                .toArray();
    }

    private static List<Request> requests(String name, int most) throws IOException {
        BitSet all = new BitSet();
        all.set(0, 48);
        List<Request> requests = new ArrayList<>();
        golden(FOLDERS.resolve(name)).forEach(each -> requests.add(new Request(ints(each.get("ids")), all, most)));
        return requests;
    }

    @ParameterizedTest
    @MethodSource("decoders")
    void answersAreTokenIdenticalAloneAndTogether(String name) throws IOException {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            Endings endings = new Endings(model(name, manager), manager);
            for (int budget : new int[] {1, 100}) {
                List<Hypothesis> answers = new Generator(endings.plain(), budget).answer(requests(name, 12));
                for (int row = 0; row < answers.size(); row++) {
                    int[] expected = ints(golden(FOLDERS.resolve(name)).get(row).get("greedy"));
                    assertThat(answers.get(row).tokens())
                            .isEqualTo(IntStream.of(expected).boxed().toList());
                    assertThat(answers.get(row).truncated()).isTrue();
                }
            }
            // The fifth token of the first answer ends it and leaves the other one as it was.
            int fifth = ints(golden(FOLDERS.resolve(name)).get(0).get("greedy"))[4];
            List<Hypothesis> ended = new Generator(endings.ending(fifth), 100).answer(requests(name, 12));
            for (int row = 0; row < ended.size(); row++) {
                List<Integer> whole = IntStream.of(
                                ints(golden(FOLDERS.resolve(name)).get(row).get("greedy")))
                        .boxed()
                        .toList();
                int end = whole.indexOf(fifth);
                assertThat(ended.get(row).tokens()).isEqualTo(end < 0 ? whole : whole.subList(0, end));
            }
        }
    }

    /** Decoders of one model with other ends. */
    private record Endings(Model model, NDManager manager) {
        CausalDecoder plain() {
            return new CausalDecoder(model, new BitSet(), manager);
        }

        CausalDecoder ending(int token) {
            BitSet ends = new BitSet();
            ends.set(token);
            return new CausalDecoder(model, ends, manager);
        }
    }

    @Test
    void candidatesAreLookedAtAlone() throws IOException {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            CausalDecoder decoder = new CausalDecoder(model("llama", manager), new BitSet(), manager);
            List<int[]> source = List.of(new int[] {5, 6, 7});
            int[] all = IntStream.range(0, 48).toArray();
            try (Decoding whole = decoder.start(source, all);
                    Decoding some = decoder.start(source, new int[] {3, 40})) {
                float[] logits = whole.step(new int[1], NDArray::toFloatArray);
                assertThat(some.step(new int[1], NDArray::toFloatArray)).containsExactly(logits[3], logits[40]);
            }
        }
    }

    @Test
    void aSourceThatLeavesNoRoomIsRefused() throws IOException {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            CausalDecoder decoder = new CausalDecoder(model("gpt2", manager), new BitSet(), manager);
            assertThatThrownBy(() -> decoder.start(List.of(new int[64]), new int[] {1, 2}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("64 tokens", "1 to 63");
            List<Request> longest = requests("gpt2", 1000);
            assertThatThrownBy(() -> new Generator(decoder, 100).answer(longest))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("65 tokens", "up to 64");
        }
    }

    @Test
    void memoryIsFlatOverManySteps() throws IOException {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            Generator greedy = new Generator(new CausalDecoder(model("gemma3", manager), new BitSet(), manager), 100);
            int before = manager.getManagedArrays().size();
            Path statm = Path.of("/proc/self/statm");
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 4 && least >= 3 << 8; round++) {
                long pages = pages(statm);
                for (int i = 0; i < 8; i++) {
                    greedy.answer(requests("gemma3", 50));
                }
                least = Math.min(least, pages(statm) - pages);
            }
            assertThat(manager.getManagedArrays()).hasSize(before);
            assertThat(least).as("pages of 4 kB").isLessThan(3 << 8);
        }
    }

    private static long pages(Path statm) throws IOException {
        System.gc(); // the heap's own growth is not what is measured
        return Files.exists(statm) ? Long.parseLong(Files.readString(statm).split(" ")[1]) : 0;
    }
}
