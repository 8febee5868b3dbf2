// SPDX-License-Identifier: Apache-2.0
package dev.graft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import dev.graft.adapt.AdaptedModel;
import dev.graft.adapt.AdapterFolder;
import dev.graft.adapt.Methods;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.config.Settings;
import dev.graft.corpus.Message;
import dev.graft.generate.Pick;
import dev.graft.jobs.Launch;
import dev.graft.model.HeadKind;
import dev.graft.task.CausalLm;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An adapter of a tiny Llama, merged into a folder and a file. */
class MergeCommandTest {
    private static final Path BASE = Path.of("..", "pipeline-core", "src", "test", "resources", "gguf", "llama.gguf");

    @TempDir
    private Path folder;

    /** How a command ended, and what it said. */
    private record Ended(int code, String said) {}

    private static Ended graft(Object... arguments) {
        StringWriter said = new StringWriter();
        PrintWriter writer = new PrintWriter(said, true);
        String[] texts = new String[arguments.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = arguments[i].toString();
        }
        int code = Launch.line(new Graft()).setOut(writer).setErr(writer).execute(texts);
        return new Ended(code, said.toString());
    }

    private Path adapter(String name, double moved) {
        Path written = folder.resolve(name);
        try (AdaptedModel model = new AdaptedModel(
                ModelFolder.read(BASE),
                HeadKind.CAUSAL_LM,
                List.of(),
                Settings.parse("kind = lora, r = 4, target-modules = all-linear", Methods::read),
                1,
                Device.cpu())) {
            for (NDArray each : model.parameters().values()) {
                each.addi(moved);
            }
            AdapterFolder.write(written, model);
        }
        return written;
    }

    private static List<Integer> answer(Path model) {
        try (CausalLm lm = new CausalLm(model)) {
            return lm.answer(List.of(new Message("user", "What is it?")), 12, Pick.LIKELIEST, text -> {})
                    .tokens();
        }
    }

    @Test
    void aFolderAndAFileAnswerTheSame() {
        Path adapter = adapter("one", 0.2);
        Path merged = folder.resolve("merged");
        Path file = folder.resolve("merged.gguf");
        Ended first = graft("merge", adapter, "--base", BASE, "--out", merged);
        assertThat(first.said())
                .contains("outputs of the merged model differ by at most")
                .contains("merged into");
        assertThat(first.code()).isZero();
        assertThat(graft("merge", adapter, "--base", BASE, "--out", file, "--dtype", "F32")
                        .code())
                .isZero();
        assertThat(answer(merged)).isEqualTo(answer(file)).isNotEqualTo(answer(BASE));
    }

    @Test
    void anAdapterMultipliesNoIntegers() throws IOException {
        Path rows = Files.writeString(folder.resolve("rows.jsonl"), """
                {"messages": [{"role": "user", "content": "What is it?"}, {"role": "assistant", "content": "It."}]}
                """);
        Ended ended = graft("generate", BASE, rows, "--adapter", adapter("own", 0.05), "--compute-type", "int8");
        assertThat(ended.code).isEqualTo(2);
        assertThat(ended.said).contains("--compute-type int8", "--adapter", "graft merge");
    }

    @Test
    void theMeanOfTwoIsNeither() {
        Path one = adapter("one", 0.2);
        Path other = adapter("other", -0.3);
        Path both = folder.resolve("both");
        assertThat(graft("merge", one, other, "--base", BASE, "--out", both).code())
                .isZero();
        Path first = folder.resolve("first");
        assertThat(graft("merge", one, other, "--base", BASE, "--out", first, "--shares", "1,0")
                        .code())
                .isZero();
        Path alone = folder.resolve("alone");
        assertThat(graft("merge", one, "--base", BASE, "--out", alone).code()).isZero();
        assertThat(answer(first)).isEqualTo(answer(alone));
        assertThat(answer(both)).isNotEqualTo(answer(alone));
    }

    @Test
    void whatDoesNotFitIsSaid() {
        Path one = adapter("one", 0.1);
        assertThat(graft("merge", one, "--base", BASE, "--out", folder.resolve("x"), "--dtype", "Q8_0"))
                .isEqualTo(new Ended(2, "graft: --dtype is Q8_0; allowed in a folder are F32, F16 and BF16\n"));
        assertThat(graft("merge", one, "--base", BASE, "--out", folder.resolve("x"), "--shares", "1,2")
                        .said())
                .contains("--shares are [1.0, 2.0]; allowed is one for each of the 1 adapters");
        Path qwen = BASE.resolveSibling("qwen3.gguf");
        Ended wrong = graft("merge", one, "--base", qwen, "--out", folder.resolve("x"));
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.said()).contains("allowed is the same base model");
        assertThat(folder.resolve("x")).doesNotExist();
    }
}
