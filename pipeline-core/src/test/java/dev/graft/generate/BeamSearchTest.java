// SPDX-License-Identifier: Apache-2.0
package dev.graft.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.Weights;
import dev.graft.model.Adaptation;
import dev.graft.model.Architectures;
import dev.graft.model.Decoder;
import dev.graft.model.EncoderDecoders;
import dev.graft.model.HeadKind;
import dev.graft.model.Modules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches of tiny models, token by token as transformers: src/test/python/tiny_translators.py. */
class BeamSearchTest {
    private static final Path RESOURCES = Path.of("src", "test", "resources");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST = 20;

    private static final Map<String, Search> SEARCHES = Map.ofEntries(
            Map.entry("greedy", Pick.LIKELIEST),
            Map.entry("greedy-no-repeat", Pick.LIKELIEST),
            Map.entry("beam-4", Beams.of(4)),
            Map.entry("beam-6", Beams.of(6)),
            Map.entry("beam-4-early", new Beams(4, 1, 0, 0.6, Beams.Stop.FULL, 1)),
            Map.entry("beam-4-never", new Beams(4, 1, 0, 1.4, Beams.Stop.IMPOSSIBLE, 1)),
            Map.entry("beam-6-short", new Beams(6, 1, 0, -0.5, Beams.Stop.UNLIKELY, 1)),
            Map.entry("beam-4-all", Beams.of(4).best(4)),
            Map.entry("beam-4-no-repeat", Beams.of(4)),
            Map.entry("beam-4-long", Beams.of(4)));

    /** A model, and what transformers found with it. */
    private record Loaded(Decoder decoder, int targets, JsonNode golden, JsonNode generation, NDManager manager)
            implements AutoCloseable {
        static Loaded of(String name) throws IOException {
            NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
            Path own = RESOURCES.resolve("translators").resolve(name);
            boolean translator = own.toFile().isDirectory();
            Path folder = translator ? own : RESOURCES.resolve("architectures").resolve(name);
            JsonNode golden = JSON.readTree(
                    (translator ? own.resolve("golden.json") : own.resolveSibling(name + ".json")).toFile());
            Weights weights = translator
                    ? ModelFolder.ofTranslator(folder).weights()
                    : Safetensors.read(folder.resolve("model.safetensors"));
            Modules modules = new Modules(weights, name, manager, Adaptation.NONE);
            JsonNode config = JSON.readTree(folder.resolve("config.json").toFile());
            BitSet ends = new BitSet();
            if (translator) {
                ends.set(config.get("eos_token_id").asInt());
                var model = EncoderDecoders.build(config, name, modules);
                var decoder = new TargetDecoder(
                        model, config.get("decoder_start_token_id").asInt(), ends, manager);
                JsonNode generation =
                        JSON.readTree(own.resolve("generation_config.json").toFile());
                return new Loaded(decoder, model.targets(), golden, generation, manager);
            }
            ends.set(golden.get("end").asInt());
            var model = Architectures.build(config, name, modules, HeadKind.CAUSAL_LM);
            return new Loaded(
                    new CausalDecoder(model, ends, manager), model.vocabulary(), golden, JSON.nullNode(), manager);
        }

        Request request(int source, Search search, Limits limits) {
            BitSet all = new BitSet();
            all.set(0, targets);
            if (generation.path("renormalize_logits").asBoolean()) {
                all.andNot(limits.never());
            }
            return new Request(ints(golden.get("sources").get(source)), all, limits, search);
        }

        Limits limits(String search) {
            BitSet never = new BitSet();
            generation
                    .path("bad_words_ids")
                    .forEach(each -> never.set(each.get(0).asInt()));
            return new Limits(
                    search.endsWith("long") ? 8 : 0,
                    MOST,
                    search.endsWith("no-repeat") ? 2 : 0,
                    never,
                    token("forced_bos_token_id"),
                    token("forced_eos_token_id"));
        }

        private OptionalInt token(String key) {
            return generation.path(key).isInt()
                    ? OptionalInt.of(generation.get(key).asInt())
                    : OptionalInt.empty();
        }

        @Override
        public void close() {
            manager.close();
        }
    }

    private static int[] ints(JsonNode numbers) {
        return IntStream.range(0, numbers.size())
                .map(i -> numbers.get(i).asInt())
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"marian", "marian-apart", "opus-mt", "m2m-100", "nllb", "llama", "gpt2", "gemma3"})
    void answersAreTokenIdenticalAloneAndTogether(String name) throws IOException {
        try (Loaded loaded = Loaded.of(name)) {
            for (var searched : loaded.golden.get("searches").properties()) {
                Search search = Objects.requireNonNull(SEARCHES.get(searched.getKey()), searched.getKey());
                List<Request> requests = new ArrayList<>();
                for (int i = 0; i < searched.getValue().size(); i++) {
                    requests.add(loaded.request(i, search, loaded.limits(searched.getKey())));
                }
                List<List<Hypothesis>> together = new Generator(loaded.decoder, 100_000).answers(requests);
                List<List<Hypothesis>> alone = new Generator(loaded.decoder, 1).answers(requests);
                int compared = 0;
                for (int i = 0; i < requests.size(); i++) {
                    JsonNode expected = searched.getValue().get(i);
                    String what = name + " " + searched.getKey() + " " + i;
                    assertThat(together.get(i)).as(what).isEqualTo(alone.get(i));
                    if (!expected.isNull()) {
                        compared++;
                        assertThat(alone.get(i)).as(what).hasSize(expected.size());
                        for (int j = 0; j < expected.size(); j++) {
                            assertSame(loaded, alone.get(i).get(j), ints(expected.get(j)), what);
                        }
                    }
                }
                assertThat(compared).as(searched.getKey()).isGreaterThan(requests.size() * 2 / 3);
            }
        }
    }

    private static void assertSame(Loaded loaded, Hypothesis given, int[] expected, String what) {
        int last = expected.length == 0 ? -1 : expected[expected.length - 1];
        boolean ended = last >= 0 && loaded.decoder.ends(last);
        assertThat(given.tokens())
                .as(what)
                .isEqualTo(IntStream.of(expected)
                        .limit(expected.length - (ended ? 1 : 0))
                        .boxed()
                        .toList());
        if (expected.length < MOST) {
            assertThat(given.truncated()).as(what).isFalse();
        } else if (!ended) {
            assertThat(given.truncated()).as(what).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"marian", "m2m-100"})
    void whatASourceGetsDoesNotDependOnItsNeighbours(String name) throws IOException {
        try (Loaded loaded = Loaded.of(name)) {
            List<Request> requests = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                Limits limits = loaded.limits("beam");
                requests.add(loaded.request(i, Beams.of(4).best(2), limits));
                requests.add(loaded.request(i, new Pick.Sampled(1, 0, 0.95, 1, i), limits));
                requests.add(loaded.request(i, Pick.LIKELIEST, limits));
                requests.add(loaded.request(i, new Beams(6, 3, 0.5, 1, Beams.Stop.UNLIKELY, 6), limits));
            }
            List<List<Hypothesis>> alone = new Generator(loaded.decoder, 1).answers(requests);
            for (long seed = 0; seed < 6; seed++) {
                Random random = new Random(seed);
                List<Integer> order =
                        IntStream.range(0, requests.size()).boxed().collect(Collectors.toList());
                Collections.shuffle(order, random);
                List<Integer> chosen = order.subList(0, 1 + random.nextInt(order.size()));
                List<List<Hypothesis>> together = new Generator(loaded.decoder, 1 + random.nextInt(3000))
                        .answers(chosen.stream().map(requests::get).toList());
                for (int i = 0; i < chosen.size(); i++) {
                    assertThat(together.get(i)).as("seed %d", seed).isEqualTo(alone.get(chosen.get(i)));
                }
            }
        }
    }

    @Test
    void groupsOfBeamsAnswerInMoreWays() throws IOException {
        try (Loaded loaded = Loaded.of("marian")) {
            int plain = 0;
            int diverse = 0;
            for (int i = 0; i < 30; i++) {
                Limits limits = loaded.limits("beam");
                Beams same = new Beams(4, 4, 0, 1, Beams.Stop.FULL, 4);
                List<Request> both = List.of(
                        loaded.request(i, same, limits),
                        loaded.request(i, new Beams(4, 4, 3, 1, Beams.Stop.FULL, 4), limits));
                List<List<Hypothesis>> answers = new Generator(loaded.decoder, 100).answers(both);
                plain += (int) answers.get(0).stream().distinct().count();
                diverse += (int) answers.get(1).stream().distinct().count();
            }
            assertThat(plain).isEqualTo(30); // four times the same search
            assertThat(diverse).isGreaterThan(60);
        }
    }

    /** With one beam and the first end, a search is greedy. */
    @Test
    void oneBeamIsGreedy() throws IOException {
        try (Loaded loaded = Loaded.of("marian")) {
            Limits limits = loaded.limits("beam");
            for (int i = 0; i < 30; i++) {
                Beams one = new Beams(1, 1, 0, 1, Beams.Stop.FULL, 1);
                Generator generator = new Generator(loaded.decoder, 100);
                assertThat(generator.answer(List.of(loaded.request(i, one, limits))))
                        .isEqualTo(generator.answer(List.of(loaded.request(i, Pick.LIKELIEST, limits))));
            }
        }
    }

    @Test
    void seedsDrawDifferentAnswersAndALimitCutsThem() throws IOException {
        try (Loaded loaded = Loaded.of("marian")) {
            List<Request> requests = IntStream.range(0, 20)
                    .mapToObj(seed -> loaded.request(1, new Pick.Sampled(1, 0, 1, 1, seed), Limits.of(6)))
                    .toList();
            List<Hypothesis> answers = new Generator(loaded.decoder, 1000).answer(requests);
            assertThat(answers.stream().distinct().count()).isGreaterThan(10);
            assertThat(answers).allMatch(each -> each.tokens().size() <= 6);
            assertThat(answers).anyMatch(Hypothesis::truncated);
            assertThat(answers)
                    .allMatch(each -> !each.truncated() || each.tokens().size() == 6);
        }
    }

    @Test
    void memoryIsFlatOverManySearches() throws IOException {
        try (Loaded loaded = Loaded.of("m2m-100")) {
            Generator generator = new Generator(loaded.decoder, 300);
            List<Request> requests = IntStream.range(0, 30)
                    .mapToObj(i -> loaded.request(i, Beams.of(4), loaded.limits("beam")))
                    .toList();
            int before = loaded.manager.getManagedArrays().size();
            for (int i = 0; i < 5; i++) {
                generator.answers(requests);
            }
            assertThat(loaded.manager.getManagedArrays()).hasSize(before);
        }
    }

    @Test
    void whatIsOutOfBoundsIsRefused() throws IOException {
        assertThatThrownBy(() -> Beams.of(0)).hasMessageContaining("0 beams in 1 groups");
        assertThatThrownBy(() -> new Beams(4, 3, 0, 1, Beams.Stop.FULL, 1)).hasMessageContaining("4 beams in 3 groups");
        assertThatThrownBy(() -> Beams.of(4).best(5)).hasMessageContaining("5 answers; allowed are 1 to the 4 beams");
        assertThatThrownBy(() -> new Beams(4, 1, -1, 1, Beams.Stop.FULL, 1)).hasMessageContaining("diversity -1.0");
        assertThatThrownBy(() -> Limits.of(0)).hasMessageContaining("0 to 0 tokens");
        try (Loaded loaded = Loaded.of("marian")) {
            Request tooLong = new Request(
                    new int[65], loaded.request(0, Pick.LIKELIEST, Limits.of(3)).allowed(), 3);
            assertThatThrownBy(() -> new Generator(loaded.decoder, 10).answer(List.of(tooLong)))
                    .hasMessageContaining("65 tokens; allowed are 1 to 64");
        }
    }
}
