// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.adapt.AdaptedModel;
import dev.graft.adapt.AdapterException;
import dev.graft.adapt.AdapterFolder;
import dev.graft.adapt.Merge;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.config.Settings;
import dev.graft.corpus.Conversation;
import dev.graft.corpus.InputException;
import dev.graft.corpus.Message;
import dev.graft.generate.Pick;
import dev.graft.jobs.OnLocalSpark;
import dev.graft.jobs.train.PlannedTraining;
import dev.graft.model.HeadKind;
import dev.graft.nn.Context;
import dev.graft.nn.Pass;
import dev.graft.nn.TokenBatch;
import dev.graft.nn.engine.GradMode;
import dev.graft.task.CausalLm;
import dev.graft.tokenize.Tokenizer;
import dev.graft.train.Checkpoint;
import dev.graft.train.Progress;
import dev.graft.train.TrainState;
import dev.graft.train.Trainer;
import dev.graft.train.data.ChatFormat;
import dev.graft.train.data.LabelledTokens;
import dev.graft.train.data.Row;
import dev.graft.train.objective.NextToken;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong in tuning without a word, as users of other tuners report it; each is a test whose name is the fault. */
class TrapsTest extends OnLocalSpark {
    private static final Path GPT2 = Path.of("..", "pipeline-core", "src", "test", "resources", "tiny-gpt2");
    /** Without marks of generation. The model's token that begins, ends and pads is one: 0. */
    private static final String TEMPLATE = "{% for m in messages %}{{ m['role'] + ': ' + m['content'] }}"
            + "{% if m['role'] == 'assistant' %}<|endoftext|>{% endif %}{{ '\\n' }}{% endfor %}"
            + "{% if add_generation_prompt %}assistant:{% endif %}";

    @TempDir
    private Path folder;

    private Path model;

    @BeforeEach
    void aModelAndRows() throws IOException {
        model = Files.createDirectory(folder.resolve("model"));
        for (String file : List.of("config.json", "model.safetensors", "tokenizer.json")) {
            Files.copy(GPT2.resolve(file), model.resolve(file));
        }
        Files.writeString(model.resolve("chat_template.jinja"), TEMPLATE);
        Files.write(
                folder.resolve("chats.jsonl"),
                IntStream.range(0, 8)
                        .mapToObj(i ->
                                chat("count " + "abcdefgh".charAt(i), "one two".substring(0, i % 2 == 0 ? 3 : 7)))
                        .toList());
    }

    private static String chat(String asked, String answered) {
        return "{\"messages\": [{\"role\": \"user\", \"content\": \"%s\"}, {\"role\": \"assistant\", \"content\": \"%s\"}]}"
                .formatted(asked, answered);
    }

    private TuneSettings settings(String more) {
        return settings(0.01, more);
    }

    private TuneSettings settings(double maxBadRows, String more) {
        return Settings.parse(
                """
                name = traps, out = "%s", model = "%s", max-bad-rows = %s
                corpus { train = "%s", shares { test = 0 } }
                stages = [ { name = tune, kind = train, objective { kind = sft }
                learning-rate = 0.01, batch-size = 4, max-length = 30, max-steps = 2
                %s
                } ]
                """.formatted(folder.resolve("run"), model, maxBadRows, folder.resolve("chats.jsonl"), more),
                root -> PlannedTraining.tuned(root, Optional.empty()));
    }

    private Path adapter(String more) throws IOException {
        return adapter(settings(more));
    }

    private Path adapter(TuneSettings settings) throws IOException {
        TuneJob.run(spark, settings, true);
        return folder.resolve("run/tune/adapter");
    }

    private String checked(String more) {
        StringWriter out = new StringWriter();
        Check.run(settings(more), new PrintWriter(out));
        return out.toString();
    }

    private LabelledTokens sample(String... turns) {
        ModelFolder files = ModelFolder.read(model);
        List<Message> said = new ArrayList<>();
        for (int i = 0; i < turns.length; i++) {
            said.add(new Message(i % 2 == 0 ? "user" : "assistant", turns[i]));
        }
        try (Tokenizer tokenizer = Tokenizer.whole(files.tokenizer())) {
            return ChatFormat.of(files, tokenizer).sample(new Conversation("row", said));
        }
    }

    private interface Looked {
        void at(NextToken objective, AdaptedModel model);
    }

    /** A model with an adapter that counts, and its objective. */
    private void with(int packed, Looked looked) {
        TuneSettings settings = settings("method { kind = lora, r = 4, lora-dropout = 0.5 }");
        try (AdaptedModel adapted = new AdaptedModel(
                ModelFolder.read(model), HeadKind.CAUSAL_LM, List.of(), settings.method(), 1, Device.cpu())) {
            disturb(adapted);
            looked.at(new NextToken(adapted.model(), adapted.manager(), packed), adapted);
        }
    }

    private static void disturb(AdaptedModel adapted) {
        adapted.restore(
                new Weights(adapted.weights().tensors().stream()
                        .map(tensor -> {
                            float[] values = tensor.values();
                            for (int i = 0; i < values.length; i++) {
                                values[i] += (i % 7 - 3) * 0.05f;
                            }
                            return Tensor.of(tensor.name(), tensor.shape(), values);
                        })
                        .toList()),
                "a test");
    }

    @Test
    @DisplayName("the adapter's keys do not match the model and it is loaded all the same, at its start values")
    void keysThatDoNotMatch() throws IOException {
        Path adapter = adapter("");
        Path file = adapter.resolve("adapter_model.safetensors");
        List<Tensor> tensors = new ArrayList<>(Safetensors.read(file).tensors());
        Tensor first = tensors.remove(0);
        tensors.add(first.named(first.name().replace("lora_A", "lora_C")));
        Safetensors.write(folder.resolve("other"), new Weights(tensors), Map.of());
        Files.move(folder.resolve("other"), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> TunedModel.open(model, adapter))
                .isInstanceOf(AdapterException.class)
                .hasMessageContainingAll("missing keys [" + first.name(), "unexpected keys [", "lora_C");
        assertThat(dev.graft.run.ExitCode.WRONG_INPUT).isEqualTo(2);
    }

    @Test
    @DisplayName("targets match few layers or none, the loss stays flat")
    void targetsThatMatchNothing() throws IOException {
        assertThatThrownBy(() -> adapter("method { kind = lora, target-modules = [q_proj] }"))
                .hasMessageContaining("q_proj");
        Path adapter = adapter("method { kind = lora, target-modules = [c_attn] }");
        JsonNode coverage = new ObjectMapper()
                .readTree(adapter.resolve("adapter_manifest.json").toFile())
                .get("coverage");
        assertThat(coverage.get("c_attn").asText()).isEqualTo("2 of 2");
        assertThat(coverage.get("c_fc").asText()).isEqualTo("0 of 2");
        assertThat(checked("method { kind = lora, target-modules = [c_attn] }"))
                .contains("2 x transformer.h.*.attn.c_attn.lora_A.weight");
    }

    @Test
    @DisplayName("the head is not saved, or drawn anew on load")
    void theHeadIsSaved() {
        ModelFolder files = ModelFolder.read(model);
        Path adapter = folder.resolve("classifier");
        float[] logits;
        try (AdaptedModel adapted = new AdaptedModel(
                files, HeadKind.SEQUENCE, List.of("yes", "no"), settings("").method(), 1, Device.cpu())) {
            disturb(adapted);
            logits = logits(adapted);
            AdapterFolder.write(adapter, adapted);
        }
        try (AdaptedModel read = AdapterFolder.read(adapter, List.of()).on(files, Device.cpu())) {
            assertThat(read.labels()).containsExactly("yes", "no");
            assertThat(logits(read)).isEqualTo(logits);
        }
    }

    private static float[] logits(AdaptedModel adapted) {
        try (GradMode off = GradMode.off();
                NDManager scope = adapted.manager().newSubManager()) {
            TokenBatch batch = TokenBatch.padded(List.of(new long[] {5, 9, 31}, new long[] {8, 11}), scope);
            Context context = Context.of(batch.layout(), scope, Pass.EVALUATION);
            return adapted.model()
                    .logits(adapted.model().states(batch.ids(), context), context)
                    .toFloatArray();
        }
    }

    @Test
    @DisplayName("pad is eos, so eos is never learned and generation does not end")
    void padIsEos() {
        LabelledTokens row = sample("count a", "one");
        int last = row.tokens() - 1;
        while (row.labels()[last] == LabelledTokens.NONE) {
            last--;
        }
        assertThat(row.labels()[last]).isZero();
        // Padded with the token that ends a text, beside a longer row: the end is learnt all the same, and the padding
        // is not.
        LabelledTokens longer = sample("count a b c d e", "one two one two");
        with(0, (objective, adapted) -> {
            double alone = objective.evaluate(List.of(row)).loss() * row.targets();
            double other = objective.evaluate(List.of(longer)).loss() * longer.targets();
            assertThat(objective.evaluate(List.of(row, longer)).loss() * (row.targets() + longer.targets()))
                    .isCloseTo(alone + other, within(1e-4));
        });
    }

    @Test
    @DisplayName("pad is eos: what is taught to end its answers ends them")
    void generationEnds() {
        try (Tuning<?> tuning =
                Tuning.open(settings("method { kind = full }, learning-rate = 0.005, epochs = 60, max-steps = 0"))) {
            Trainer<?> trainer = tuning.trainer(Progress.SILENT);
            TrainState state = trainer.train(trainer.start(), Optional.empty());
            assertThat(state.losses().get(state.steps() - 1)).isLessThan(0.05f);
            CausalLm tuned = new CausalLm(
                    tuning.model().files(),
                    tuning.model().model(),
                    tuning.model().manager());
            for (String asked : List.of("count a", "count b", "count g")) {
                var answer = tuned.answer(List.of(new Message("user", asked)), 20, Pick.LIKELIEST, text -> {});
                assertThat(answer.truncated())
                        .as("%s: %s", asked, tuned.text(answer))
                        .isFalse();
                assertThat(tuned.text(answer).strip()).isEqualTo(asked.equals("count b") ? "one two" : "one");
            }
            tuned.tokenizer().close();
        }
    }

    @Test
    @DisplayName("the template has no generation marks, so the loss falls on everything, or on nothing")
    void lossFallsOnTheAssistantsWords() throws IOException {
        assertThat(checked(""))
                .contains("⟦ one two<|endoftext|>⟧", "⟦ one<|endoftext|>⟧")
                .doesNotContain("⟦user", "⟦assistant");
        Files.write(
                folder.resolve("chats.jsonl"),
                List.of(chat("count " + "a ".repeat(40), "one"), chat("count a", "one")));
        assertThatThrownBy(() -> adapter(""))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("chats.jsonl:1: the first of its")
                .hasMessageContaining("nothing is learnt of the row");
        Path adapter = adapter(settings(0.5, ""));
        assertThat(adapter.resolve("adapter_manifest.json")).content().contains("chat_template_sha256");
    }

    @Test
    @DisplayName("the beginning-of-sequence token twice")
    void beginsOnce() throws IOException {
        Files.writeString(model.resolve("chat_template.jinja"), "<|endoftext|><|endoftext|>" + TEMPLATE);
        assertThatThrownBy(() -> sample("count a", "one")).hasMessageContaining("begins the text twice: token 0");
        Files.writeString(model.resolve("chat_template.jinja"), "{{ bos_token }}" + TEMPLATE);
        assertThat(sample("count a", "one").ids())
                .startsWith(0L)
                .satisfies(ids -> assertThat(ids[1]).isNotZero());
    }

    @Test
    @DisplayName("another template at serving than at training")
    void theTemplateGoesWithTheAdapter() throws IOException {
        Path adapter = adapter("");
        assertThat(adapter.resolve("chat_template.jinja")).hasContent(TEMPLATE);
        List<Message> asked = List.of(new Message("user", "count a"));
        List<Integer> before;
        try (CausalLm tuned = TunedModel.open(model, adapter)) {
            before = tuned.answer(asked, 8, Pick.LIKELIEST, text -> {}).tokens();
        }
        Files.writeString(model.resolve("chat_template.jinja"), "{{ raise_exception('another template') }}");
        try (CausalLm tuned = TunedModel.open(model, adapter)) {
            assertThat(tuned.answer(asked, 8, Pick.LIKELIEST, text -> {}).tokens())
                    .isEqualTo(before);
        }
    }

    @Test
    @DisplayName("packing lets one conversation see another")
    void packedRowsAreAlone() {
        LabelledTokens row = sample("count a", "one two");
        long[] none = new long[9];
        Arrays.fill(none, LabelledTokens.NONE);
        with(64, (objective, adapted) -> {
            double alone = objective.evaluate(List.of(row)).loss();
            for (long token = 1; token < 400; token += 133) {
                long[] neighbour = new long[9];
                Arrays.fill(neighbour, token);
                assertThat(objective
                                .evaluate(List.of(new LabelledTokens("n", neighbour, none), row))
                                .loss())
                        .isCloseTo(alone, within(1e-5));
            }
        });
    }

    @Test
    @DisplayName("accumulation averages micro-batches instead of tokens")
    void accumulationIsByTokens() throws IOException {
        // Rows of 2 and of 3 label tokens: passes of one row each would weigh them alike.
        List<Float> together = losses("pass-tokens = 0");
        List<Float> apart = losses("pass-tokens = 1");
        for (int step = 0; step < 2; step++) {
            // Adam's first steps go by the gradients' signs, so that their last bits tell in the second loss.
            assertThat(apart.get(step)).isCloseTo(together.get(step), within(step == 0 ? 1e-4f : 1e-3f));
        }
    }

    private List<Float> losses(String more) throws IOException {
        adapter(more);
        List<Float> losses = new ArrayList<>();
        new ObjectMapper()
                .readTree(folder.resolve("run/tune/metrics.json").toFile())
                .at("/exported/losses")
                .forEach(loss -> losses.add(loss.floatValue()));
        return losses;
    }

    @Test
    @DisplayName("a frozen base gives no gradients: at the first step each B has one that is not zero")
    void gradientsFlow() {
        assertThat(checked(""))
                .contains("one step: loss", "none at the start: ", "lora_A.weight")
                .doesNotContain("PROBLEM");
    }

    @Test
    @DisplayName("resume is not exact (data order, RNG, schedule, moments, packing)")
    void resumeIsExact() throws IOException {
        TuneSettings settings = settings(
                "objective { packing = true }, method { kind = lora, lora-dropout = 0.3 }, batch-size = 3, pass-tokens = 30, max-steps = 6, epochs = 9");
        TrainState whole = trained(settings, 6);
        TrainState resumed = trained(settings, 4);
        assertThat(resumed.losses()).isEqualTo(whole.losses());
        for (Tensor tensor : whole.parameters().tensors()) {
            assertThat(resumed.parameters().tensor(tensor.name()).values())
                    .as(tensor.name())
                    .isEqualTo(tensor.values());
        }
    }

    private <R extends Row> TrainState trained(TuneSettings settings, int cut) throws IOException {
        Checkpoint checkpoint = new Checkpoint(folder.resolve("checkpoint" + cut), "run");
        try (Tuning<?> tuning = Tuning.open(settings)) {
            dev.graft.nn.engine.Threads.one();
            Trainer<?> trainer = tuning.trainer(Progress.SILENT);
            checkpoint.write(trainer.run(trainer.start(), cut));
        }
        try (Tuning<?> tuning = Tuning.open(settings)) {
            dev.graft.nn.engine.Threads.one();
            return tuning.trainer(Progress.SILENT).run(checkpoint.read().orElseThrow(), 6);
        }
    }

    @Test
    @DisplayName("a merge changes what comes out (wrong base, low precision)")
    void aMergeChangesNothing() throws IOException {
        Path adapter = adapter("");
        List<Double> differences = new ArrayList<>();
        Merge.adapters(
                ModelFolder.read(model),
                List.of(adapter),
                List.of(),
                (path, difference) -> differences.add(difference));
        assertThat(differences)
                .singleElement()
                .satisfies(each -> assertThat(each).isLessThan(1e-4));
        ModelFolder files = ModelFolder.read(model);
        List<Tensor> others = new ArrayList<>(files.weights().tensors());
        float[] values = others.get(0).values();
        values[0] += 1;
        others.set(0, Tensor.of(others.get(0).name(), others.get(0).shape(), values));
        assertThatThrownBy(() -> Merge.adapters(
                        new ModelFolder(
                                files.folder(),
                                files.config(),
                                new Weights(others),
                                files.tokenizer(),
                                Optional.empty()),
                        List.of(adapter),
                        List.of(),
                        (path, difference) -> {}))
                .isInstanceOf(AdapterException.class)
                .hasMessageContaining("the same base model");
    }

    @Test
    @DisplayName("an empty or partial adapter is saved")
    void aPartialAdapterIsNotSaved() throws IOException {
        Path adapter = adapter("");
        JsonNode norms = new ObjectMapper()
                .readTree(adapter.resolve("adapter_manifest.json").toFile())
                .get("norms");
        List<Tensor> tensors = Safetensors.read(adapter.resolve("adapter_model.safetensors")).tensors().stream()
                .toList();
        assertThat(norms)
                .hasSize(tensors.size())
                .allSatisfy(norm -> assertThat(norm.asDouble()).isGreaterThan(0));
        with(0, (objective, adapted) -> {
            adapted.parameters().values().forEach(each -> each.addi(Float.NaN));
            assertThatThrownBy(() -> AdapterFolder.write(folder.resolve("broken"), adapted))
                    .hasMessageContaining("finite");
            assertThat(folder.resolve("broken")).doesNotExist();
        });
    }

    @Test
    @DisplayName("memory runs out in the loss, in the save, in the merge")
    void memoryIsEstimatedBefore() {
        assertThat(checked("")).containsPattern("memory: about [0-9.]+ GB, for passes of up to [0-9,]+ tokens");
    }

    @Test
    @DisplayName("truncation cuts the answer off, unseen")
    void cutAnswersAreSeen() throws IOException {
        Files.write(
                folder.resolve("chats.jsonl"),
                List.of(chat("count a", "one two ".repeat(30)), chat("count b", "one"), chat("count c", "two")));
        assertThat(checked(""))
                .contains("33.3 % of the rows are cut at max-length = 30")
                .containsPattern("and [1-9][0-9.]* % of the tokens that carry loss");
    }

    @Test
    @DisplayName("labels shift between two runs of the corpus")
    void labelsAreNames() {
        Path adapter = folder.resolve("labels");
        ModelFolder files = ModelFolder.read(model);
        try (AdaptedModel adapted = new AdaptedModel(
                files, HeadKind.SEQUENCE, List.of("b", "a"), settings("").method(), 1, Device.cpu())) {
            AdapterFolder.write(adapter, adapted);
        }
        assertThat(AdapterFolder.read(adapter, List.of()).labels()).containsExactly("b", "a");
    }

    @Test
    @DisplayName("evaluation on padded batches differs from single rows")
    void paddedIsSingle() {
        List<LabelledTokens> rows =
                List.of(sample("count a", "one"), sample("count a b c d", "one two one"), sample("a", "two"));
        int targets = rows.stream().mapToInt(LabelledTokens::targets).sum();
        with(
                0,
                (objective, adapted) -> assertThat(objective.evaluate(rows).loss() * targets)
                        .isCloseTo(
                                rows.stream()
                                        .mapToDouble(row ->
                                                objective.evaluate(List.of(row)).loss() * row.targets())
                                        .sum(),
                                within(1e-4)));
    }

    @Test
    @DisplayName("dropout or other randomness is left on in evaluation")
    void evaluationsAreEqual() {
        List<LabelledTokens> rows = List.of(sample("count a", "one"), sample("count b", "one two"));
        with(0, (objective, adapted) -> assertThat(objective.evaluate(rows)).isEqualTo(objective.evaluate(rows)));
    }

    @Test
    @DisplayName("the learning rate of full fine-tuning is used for LoRA (about ten times too low)")
    void ratesAreByMethod() {
        assertThat(rate("")).isEqualTo(2e-4);
        assertThat(rate("method { kind = full }")).isEqualTo(2e-5);
    }

    private double rate(String more) {
        return Settings.parse(
                        "name = r, model = \"" + model + "\", corpus { train = \""
                                + folder.resolve("chats.jsonl")
                                + "\" }, stages = [{ name = tune, kind = train, objective { kind = sft }\n" + more
                                + " }]",
                        root -> PlannedTraining.tuned(root, Optional.empty()))
                .loop()
                .learningRate();
    }

    @Test
    @DisplayName("LoRA on attention alone where all linear maps would have been needed")
    void allLinearIsTheDefault() throws IOException {
        JsonNode coverage = new ObjectMapper()
                .readTree(adapter("").resolve("adapter_manifest.json").toFile())
                .get("coverage");
        assertThat(coverage)
                .hasSizeGreaterThanOrEqualTo(3)
                .allSatisfy(target -> assertThat(target.asText()).matches("2 of 2|4 of 4"));
    }
}
