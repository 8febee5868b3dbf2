// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.adapt.AdaptedModel;
import dev.graft.adapt.AdapterFolder;
import dev.graft.adapt.Merge;
import dev.graft.adapt.Methods;
import dev.graft.checkpoint.DType;
import dev.graft.checkpoint.FolderWriter;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.config.ConfigException;
import dev.graft.config.Settings;
import dev.graft.corpus.InputException;
import dev.graft.corpus.Message;
import dev.graft.generate.Hypothesis;
import dev.graft.generate.Pick;
import dev.graft.jobs.OnLocalSpark;
import dev.graft.jobs.train.PlannedTraining;
import dev.graft.task.CausalLm;
import dev.graft.train.Figures;
import dev.graft.train.data.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A tiny decoder tuned from a configuration, as a user would. */
class TuneJobTest extends OnLocalSpark {
    private static final Path GPT2 = Path.of("..", "pipeline-core", "src", "test", "resources", "tiny-gpt2");

    @TempDir
    private Path folder;

    private Path model;

    @BeforeEach
    void copyTheModelWithATemplate() throws IOException {
        model = Files.createDirectory(folder.resolve("model"));
        for (String file : List.of("config.json", "model.safetensors", "tokenizer.json")) {
            Files.copy(GPT2.resolve(file), model.resolve(file));
        }
        Files.writeString(
                model.resolve("chat_template.jinja"),
                "{% for m in messages %}{{ m['role'] + ': ' + m['content'] }}"
                        + "{% if m['role'] == 'assistant' %}<|endoftext|>{% endif %}{{ '\\n' }}{% endfor %}"
                        + "{% if add_generation_prompt %}assistant:{% endif %}");
        StringBuilder chats = new StringBuilder();
        StringBuilder texts = new StringBuilder();
        StringBuilder pairs = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            chats.append(("{\"messages\": [{\"role\": \"user\", \"content\": \"count %d\"},"
                            + " {\"role\": \"assistant\", \"content\": \"one two %d\"}]}\n")
                    .formatted(i, i));
            texts.append("{\"text\": \"one two three %d\"}\n".formatted(i));
            pairs.append(
                    ("{\"prompt\": \"count %d\", \"chosen\": \"one %d\", \"rejected\": \"no\"}\n").formatted(i, i));
        }
        write("chats.jsonl", chats);
        write("texts.jsonl", texts);
        write("pairs.jsonl", pairs);
    }

    /** Twelve rows to learn from, and four that are held out. */
    private void write(String file, StringBuilder rows) throws IOException {
        List<String> lines = rows.toString().lines().toList();
        Files.write(folder.resolve(file), lines.subList(0, 12));
        Files.write(folder.resolve("held-" + file), lines.subList(12, 16));
    }

    private TuneSettings settings(String rows, String more) {
        return settings(rows, "", more);
    }

    private TuneSettings settings(String rows, String corpus, String more) {
        return Settings.parse(
                """
                name = tiny
                out = "%s"
                model = "%s"
                corpus { train = "%s", shares { test = 0 }%s }
                stages = [ { name = tune, kind = train, learning-rate = 0.01, epochs = 4, batch-size = 3, max-length = 30
                %s
                } ]
                """.formatted(folder.resolve("run"), model, folder.resolve(rows), corpus, more),
                root -> PlannedTraining.tuned(root, Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "chats.jsonl|objective { kind = sft }",
                "chats.jsonl|objective { kind = sft, packing = true }",
                "chats.jsonl|objective { kind = sft }, method { quantize = nf4, lora-dropout = 0.1 }",
                "texts.jsonl|objective { kind = causal-lm }",
                "pairs.jsonl|objective { kind = dpo }",
            })
    void eachObjectiveLowersTheLossOfRowsThatAreHeldOut(String rows, String objective) throws IOException {
        TuneJob.run(
                spark, settings(rows, ", validation = \"" + folder.resolve("held-" + rows) + "\"", objective), false);
        JsonNode metrics = new ObjectMapper()
                .readTree(folder.resolve("run/tune/metrics.json").toFile());
        assertThat(metrics.at("/exported/after/validation/loss").asDouble())
                .isLessThan(metrics.at("/exported/before/validation/loss").asDouble());
        assertThat(metrics.at("/exported/losses").size()).isEqualTo(16);
        String report = Files.readString(folder.resolve("run/tune/report.html"));
        assertThat(report)
                .contains("“augmented” comes out ", " below “before” in loss on validation, with one seed only");
        metrics.at("/exported/after/validation/others")
                .fieldNames()
                .forEachRemaining(figure -> assertThat(report).contains("\"measure\":\"" + figure + "\""));
        Path adapter = folder.resolve("run/tune/adapter");
        assertThat(adapter.resolve("chat_template.jinja"))
                .hasSameTextualContentAs(model.resolve("chat_template.jinja"));
        TuneSettings again = settings(rows, ", validation = \"" + folder.resolve("held-" + rows) + "\"", objective);
        try (AdaptedModel read = AdapterFolder.read(adapter, List.of()).on(ModelFolder.read(model), Device.cpu());
                Tuning<?> tuning = Tuning.open(again)) {
            tuning.model().restore(read.weights(), "the adapter");
            assertThat(figures(tuning).loss())
                    .isCloseTo(metrics.at("/exported/after/validation/loss").asDouble(), within(1e-6));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "multi-label, separator = \",\"|{\"text\": \"one 9\", \"label\": 7}|label is 7; allowed is a list of labels|micro-f1",
                "regress|{\"text\": \"one 9\", \"label\": \"many\"}|label is \"many\"; allowed is a number|rmse",
            })
    void severalLabelsAndNumbersAreLearntAndABadRowIsRefused(String objective, String bad, String reason, String figure)
            throws IOException {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            String label = objective.equals("regress")
                    ? String.valueOf(i % 4)
                    : i % 3 == 0 ? "[\"even\", \"low\"]" : i % 3 == 1 ? "\"low,odd\"" : "[]";
            rows.append(
                    "{\"text\": \"%s %d\", \"label\": %s}\n".formatted(i % 3 == 0 ? "one" : "two two", i % 4, label));
        }
        write("targets.jsonl", rows);
        Files.writeString(folder.resolve("targets.jsonl"), bad + "\n", StandardOpenOption.APPEND);
        String corpus = ", label = label, validation = \"" + folder.resolve("held-targets.jsonl") + "\"";
        String teaching = "objective { kind = " + objective + " }";
        assertThatThrownBy(() -> TuneJob.run(spark, settings("targets.jsonl", corpus, teaching), false))
                .isInstanceOf(InputException.class)
                .hasMessageContainingAll("1 of 17 rows can't be used", "targets.jsonl:13: " + reason);
        String allowed = corpus + " }, max-bad-rows = 0.2, corpus { limit = 0";
        TuneJob.run(spark, settings("targets.jsonl", allowed, teaching), true);
        JsonNode metrics = new ObjectMapper()
                .readTree(folder.resolve("run/tune/metrics.json").toFile());
        assertThat(metrics.at("/exported/after/validation/loss").asDouble())
                .isLessThan(metrics.at("/exported/before/validation/loss").asDouble());
        assertThat(metrics.at("/exported/after/validation/others").has(figure)).isTrue();
        StringWriter out = new StringWriter();
        assertThat(Check.run(settings("targets.jsonl", allowed, teaching), new PrintWriter(out)))
                .isEmpty();
        assertThat(out.toString()).contains("12 to learn from and 4 held out", "1 rows refused");
        TunedEvaluation.run(settings("targets.jsonl", allowed, teaching), 0);
        assertThat(new ObjectMapper()
                        .readTree(folder.resolve("run/tune/evaluation.json").toFile())
                        .get("loss")
                        .asDouble())
                .isCloseTo(metrics.at("/exported/after/validation/loss").asDouble(), within(1e-6));
    }

    @Test
    void anAdapterChangesTheAnswer() throws IOException {
        TuneJob.run(spark, settings("chats.jsonl", "objective { kind = sft }"), false);
        List<Message> asked = List.of(new Message("user", "count 3"));
        try (CausalLm tuned = TunedModel.open(model, folder.resolve("run/tune/adapter"));
                CausalLm base = new CausalLm(model)) {
            Hypothesis answer = tuned.answer(asked, 20, Pick.LIKELIEST, text -> {});
            assertThat(tuned.answer(asked, 20, Pick.LIKELIEST, text -> {})).isEqualTo(answer);
            assertThat(base.answer(asked, 20, Pick.LIKELIEST, text -> {})).isNotEqualTo(answer);
        }
    }

    @Test
    void whatATunedModelAnswersStandsBesideTheReferences() throws IOException {
        TuneSettings settings = settings(
                "chats.jsonl",
                ", validation = \"" + folder.resolve("held-chats.jsonl") + "\"",
                "objective { kind = sft }, max-steps = 2");
        assertThatThrownBy(() -> TunedEvaluation.run(settings, 10)).hasMessageContaining("holds no adapter");
        TuneJob.run(spark, settings, false);
        TunedEvaluation.run(settings, 3);
        JsonNode scores = new ObjectMapper()
                .readTree(folder.resolve("run/tune/evaluation.json").toFile());
        JsonNode metrics = new ObjectMapper()
                .readTree(folder.resolve("run/tune/metrics.json").toFile());
        assertThat(scores.get("loss").asDouble())
                .isCloseTo(metrics.at("/exported/after/validation/loss").asDouble(), within(1e-6));
        assertThat(scores.get("perplexity").asDouble())
                .isCloseTo(Math.exp(scores.get("loss").asDouble()), within(1e-6));
        for (String name : List.of("exact-match", "rouge-l", "chrf", "bleu", "token-accuracy")) {
            assertThat(scores.get(name).asDouble()).as(name).isBetween(0.0, 100.0);
        }
        List<String> lines = Files.readAllLines(folder.resolve("run/tune/generations.jsonl"));
        assertThat(lines).hasSize(3);
        JsonNode first = new ObjectMapper().readTree(lines.get(0));
        assertThat(first.get("id").asText()).isEqualTo("held-chats.jsonl:1");
        assertThat(first.at("/messages/0/content").asText()).isEqualTo("count 12");
        assertThat(first.get("reference").asText()).isEqualTo("one two 12");
        assertThat(first.get("answer").isTextual()).isTrue();
        assertThat(folder.resolve("run/tune/tensorboard")).isNotEmptyDirectory();
    }

    private static <R extends Row> Figures figures(Tuning<R> tuning) {
        return tuning.objective().evaluate(tuning.rows().validation());
    }

    /** One or more of each kind. */
    private static final List<String> METHODS = List.of(
            "kind = lora, r = 2",
            "kind = lora, r = 2, use-dora = true",
            "kind = lora, r = 2, init-lora-weights = pissa",
            "kind = lora, r = 2, init-lora-weights = gradient",
            "kind = ia3",
            "kind = bitfit",
            "kind = full",
            "kind = bottleneck, reduction = 2",
            "kind = prefix-tuning, num-virtual-tokens = 2",
            "kind = prompt-tuning, num-virtual-tokens = 2",
            "kind = head-only");

    @Test
    void eachKindOfMethodIsHere() {
        assertThat(METHODS.stream().map(each -> each.split("[ ,]+")[2]))
                .containsAll(Methods.kinds())
                .isSubsetOf(Methods.kinds());
    }

    static List<String> methods() {
        return METHODS;
    }

    /** Trained, evaluated, asked and merged: what was learnt is the same in all of them. */
    @ParameterizedTest
    @MethodSource("methods")
    void whatAMethodLearnsIsFoundAgain(String method) throws IOException {
        TuneSettings settings = settings(
                "chats.jsonl",
                ", validation = \"" + folder.resolve("held-chats.jsonl") + "\"",
                "objective { kind = sft }, max-steps = 3, method { " + method + " }");
        if (method.contains("head-only")) {
            // This model's head is its embeddings.
            assertThatThrownBy(() -> TuneJob.run(spark, settings, false)).hasMessageContaining("trains nothing");
            return;
        }
        TuneJob.run(spark, settings, false);
        JsonNode metrics = new ObjectMapper()
                .readTree(folder.resolve("run/tune/metrics.json").toFile());
        double after = metrics.at("/exported/after/validation/loss").asDouble();
        assertThat(after)
                .isLessThan(metrics.at("/exported/before/validation/loss").asDouble());
        TunedEvaluation.run(settings, 1);
        assertThat(new ObjectMapper()
                        .readTree(folder.resolve("run/tune/evaluation.json").toFile())
                        .get("loss")
                        .asDouble())
                .isCloseTo(after, within(1e-4));
        Path adapter = folder.resolve("run/tune/adapter");
        List<Message> asked = List.of(new Message("user", "count 3"));
        List<Integer> answer;
        try (CausalLm tuned = TunedModel.open(model, adapter)) {
            answer = tuned.answer(asked, 8, Pick.LIKELIEST, text -> {}).tokens();
        }
        if (method.matches("kind = (bottleneck|pre|pro).*")) {
            assertThatThrownBy(() -> merged(adapter)).hasMessageContaining("can't be merged");
            return;
        }
        merged(adapter);
        try (CausalLm merged = new CausalLm(folder.resolve("merged"))) {
            assertThat(merged.answer(asked, 8, Pick.LIKELIEST, text -> {}).tokens())
                    .isEqualTo(answer);
        }
    }

    private void merged(Path adapter) {
        ModelFolder whole = Merge.adapters(
                ModelFolder.read(model),
                List.of(adapter),
                List.of(),
                (each, difference) -> assertThat(difference).isLessThan(1e-3));
        FolderWriter.write(whole, DType.F32, folder.resolve("merged"));
    }

    @Test
    void aFinishedRunIsNotDoneAgainUnlessItIsForced() throws IOException {
        TuneSettings settings = settings("chats.jsonl", "objective { kind = sft }, max-steps = 1");
        Path metrics = folder.resolve("run/tune/metrics.json");
        TuneJob.run(spark, settings, false);
        var first = Files.getLastModifiedTime(metrics);
        TuneJob.run(spark, settings, false);
        assertThat(Files.getLastModifiedTime(metrics)).isEqualTo(first);
        TuneJob.run(spark, settings, true);
        assertThat(Files.getLastModifiedTime(metrics)).isGreaterThan(first);
    }

    @Test
    void theCheckShowsWhatCarriesLossAndTakesNoStep() {
        StringWriter out = new StringWriter();
        assertThat(Check.run(settings("chats.jsonl", "objective { kind = sft }"), new PrintWriter(out)))
                .isEmpty();
        assertThat(out.toString())
                .contains(
                        "⟦ one two", "<|endoftext|>⟧", "0 rows refused", " x transformer.h.*.attn.c_attn.lora_B.weight")
                .contains("none at the start: ", "lora_A.weight")
                .doesNotContain("PROBLEM");
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void aPromptWhoseTokensAreNotThoseOfTrainingIsToldOf() throws IOException {
        Path template = model.resolve("chat_template.jinja");
        Files.writeString(template, Files.readString(template).replace("}assistant:{", "}assistant: {"));
        StringWriter out = new StringWriter();
        Check.run(settings("chats.jsonl", "objective { kind = sft }"), new PrintWriter(out));
        assertThat(out.toString()).contains("WARNING: the chat template asks", "the blank at its end");
    }

    @Test
    void theCheckReadsFilesOfTextsAndAnnotatedSpans() throws IOException {
        Files.writeString(folder.resolve("a.txt"), "one two three\n".repeat(3));
        Files.writeString(folder.resolve("b.txt"), "three two one\n");
        StringWriter out = new StringWriter();
        String texts = "objective { kind = causal-lm }, data { text = \"%s/*.txt\" }".formatted(folder);
        assertThat(Check.run(settings("chats.jsonl", texts), new PrintWriter(out)))
                .isEmpty();
        assertThat(out.toString()).contains("4 to learn from", "two three<|endoftext|>⟧");
        Files.writeString(
                folder.resolve("spans.jsonl"),
                "{\"text\": \"one two three\", \"spans\": [{\"start\": 4, \"end\": 7, \"label\": \"even\"}]}\n");
        StringWriter words = new StringWriter();
        assertThat(Check.run(
                        settings("spans.jsonl", ", spans = spans", "objective { kind = token-classification }"),
                        new PrintWriter(words)))
                .isEmpty();
        assertThat(words.toString()).contains("1 to learn from", "one two three", "classifier.weight");
    }

    @Test
    void filesOfTextsThatChangeAreAnotherTraining() throws IOException {
        Path texts = Files.writeString(folder.resolve("a.txt"), "one two three\n".repeat(3));
        TuneSettings settings = settings(
                "chats.jsonl",
                "objective { kind = causal-lm }, max-steps = 1, data { text = \"%s/*.txt\" }".formatted(folder));
        TuneJob.run(spark, settings, false);
        TuneJob.run(spark, settings, false);
        Files.writeString(texts, "three two one\n".repeat(3));
        assertThatThrownBy(() -> TuneJob.run(spark, settings, false))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("of other settings, rows or model");
    }

    @Test
    void cutAnswersAreCountedAndARowWithoutLossIsRefusedWithItsLine() throws IOException {
        Files.writeString(
                folder.resolve("long.jsonl"),
                Files.readString(folder.resolve("chats.jsonl"))
                        + "{\"messages\": [{\"role\": \"user\", \"content\": \"" + "count ".repeat(40)
                        + "\"}, {\"role\": \"assistant\", \"content\": \"one\"}]}\n"
                        + "{\"messages\": [{\"role\": \"user\", \"content\": \"x\"}]}\n"
                        + "{\"messages\": [{\"role\": \"user\", \"content\": \"x\"}, {\"role\": \"assistant\", \"content\": \""
                        + "one ".repeat(60) + "\"}]}\n");
        assertThatThrownBy(() -> Check.run(
                        settings("long.jsonl", "objective { kind = sft }"), new PrintWriter(new StringWriter())))
                .isInstanceOf(InputException.class)
                .hasMessageContainingAll(
                        "2 of 15 rows can't be used",
                        "long.jsonl:13: the first of its",
                        "lies beyond max-length = 30",
                        "long.jsonl:14: no turn is the assistant's");
        StringWriter out = new StringWriter();
        Check.run(
                settings("long.jsonl", "}, max-bad-rows = 0.2, corpus { limit = 0", "objective { kind = sft }"),
                new PrintWriter(out));
        assertThat(out.toString()).contains("7.7 % of the rows are cut at max-length = 30", "2 rows refused");
    }

    @Test
    void whatIsWrongInTheConfigurationIsSaidAtOnce() {
        assertThatThrownBy(() -> settings(
                        "chats.jsonl", "objective { kind = dpo, packing = true }, pass-token = 4, method.kind = none"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("objective.packing", "did you mean \"pass-tokens\"", "method.kind");
        assertThatThrownBy(() -> settings(
                        "chats.jsonl", "objective { kind = multi-label, warm-start = true }, method.quantize = int8"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("objective.kind", "corpus.label", "objective.warm-start", "method.quantize");
        assertThatThrownBy(() -> settings(
                        "chats.jsonl",
                        ", label = x }, compare { arms = [ tf-idf ]",
                        "objective { kind = regress, threshold = 0.4, consistency { weight = 1 } }"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("objective.threshold", "objective.consistency", "compare.arms");
        assertThatThrownBy(() -> Tuning.open(settings("chats.jsonl", "objective { kind = sft }, max-length = 5000")))
                .isInstanceOf(InputException.class)
                .hasMessageContainingAll("max-length is 5000", "is from 3 to ");
    }
}
