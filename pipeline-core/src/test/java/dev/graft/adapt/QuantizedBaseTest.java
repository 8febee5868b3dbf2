// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import dev.graft.checkpoint.Blocks;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.config.Settings;
import dev.graft.model.HeadKind;
import dev.graft.nn.Quantization;
import dev.graft.random.Seeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Methods on a base in few bits are those on the base that these bits say. */
class QuantizedBaseTest {
    private static final String LORA = "kind = lora, r = 4, lora-dropout = 0.2";

    static Stream<Arguments> each() {
        return Stream.of(
                        LORA,
                        "kind = lora, r = 4, use-dora = true",
                        "kind = lora, r = 3, init-lora-weights = pissa",
                        "kind = ia3",
                        "kind = bottleneck, reduction = 4",
                        "kind = prefix-tuning, num-virtual-tokens = 3")
                .flatMap(method -> Stream.of("llama", "gpt2", "phi3")
                        .flatMap(family -> Stream.of(Quantization.INT8, Quantization.NF4, Quantization.NF4_DOUBLE)
                                .map(kind -> Arguments.of(method, family, kind))));
    }

    private static AdaptedModel adapted(String method, ModelFolder files, Quantization kind) {
        return new AdaptedModel(
                files, HeadPlan.of(HeadKind.CAUSAL_LM), Settings.parse(method, Methods::read), kind, 1, Device.cpu());
    }

    /** The folder of the values that the bits stand for. */
    private static ModelFolder rounded(AdaptedModel quantized) {
        List<Tensor> tensors = new ArrayList<>();
        ModelFolder files = quantized.files();
        for (Tensor tensor : files.weights().tensors()) {
            String map = quantized.modules().full(tensor.name()).replaceFirst("\\.weight$", "");
            if (!tensor.name().endsWith("weight") || !quantized.quantized().containsKey(map)) {
                tensors.add(tensor);
                continue;
            }
            try (NDManager scope = quantized.manager().newSubManager()) {
                var weight = quantized.quantized().get(map).weight(scope);
                boolean turned = quantized.modules().isTurned(map + ".weight");
                tensors.add(Tensor.of(
                        tensor.name(), tensor.shape(), (turned ? weight.transpose() : weight).toFloatArray()));
            }
        }
        return new ModelFolder(
                files.folder(), files.config(), new Weights(tensors), files.tokenizer(), files.chatTemplate());
    }

    @ParameterizedTest
    @MethodSource("each")
    void gradientsAreThoseOnTheRoundedBase(String method, String family, Quantization kind) {
        try (AdaptedModel quantized = adapted(method, TinyModels.read(family), kind);
                AdaptedModel whole = adapted(method, rounded(quantized), Quantization.NONE)) {
            assertThat(quantized.quantized().keySet())
                    .isNotEmpty()
                    .containsExactlyElementsOf(quantized.maps().stream()
                            .filter(map -> !map.equals("lm_head"))
                            .toList());
            for (AdaptedModel each : List.of(quantized, whole)) {
                TinyModels.disturb(each, 5);
                each.parameters().values().forEach(array -> array.setRequiresGradient(true));
            }
            assertThat(TinyModels.outputs(quantized)).containsExactly(TinyModels.outputs(whole), within(1e-5f));
            SortedMap<String, float[]> expected = ActivationCheckpointingTest.gradients(whole, false);
            ActivationCheckpointingTest.gradients(quantized, true)
                    .forEach((name, gradient) ->
                            assertThat(gradient).as(name).containsExactly(expected.get(name), within(1e-5f)));
        }
    }

    /** What is exported is a plain adapter, and merged it goes into the rounded weights if that is asked for. */
    @Test
    void isStoredAsAPlainAdapterAndMergedOnlyWhereThatIsAskedFor(@TempDir Path folder) {
        Path adapter = folder.resolve("adapter");
        ModelFolder base = TinyModels.read("llama");
        try (AdaptedModel model = adapted(LORA, base, Quantization.NF4)) {
            TinyModels.disturb(model, 6);
            AdapterFolder.write(adapter, model);
            float[] trained = TinyModels.outputs(model);
            AdapterFolder read = AdapterFolder.read(adapter, List.of());
            assertThat(read.quantization()).isEqualTo(Quantization.NF4);
            try (AdaptedModel again = read.on(base, Quantization.NF4, Device.cpu())) {
                assertThat(TinyModels.outputs(again)).isEqualTo(trained);
            }
            List<Double> differences = new ArrayList<>();
            assertThatThrownBy(() -> Merge.adapters(base, List.of(adapter), List.of(), false, (a, d) -> {}))
                    .isInstanceOf(AdapterException.class)
                    .hasMessageContainingAll("kept as nf4", "--quantized-base");
            ModelFolder merged = Merge.adapters(base, List.of(adapter), List.of(), true, (a, d) -> differences.add(d));
            assertThat(differences).hasSize(1).allMatch(difference -> difference < 1e-5);
            try (AdaptedModel whole = adapted("kind = lora", merged, Quantization.NONE)) {
                assertThat(TinyModels.outputs(whole)).containsExactly(trained, within(1e-5f));
            }
        }
        assertThat(Safetensors.read(adapter.resolve("adapter_model.safetensors"))
                        .names())
                .allMatch(name -> name.contains(".lora_"));
    }

    /** A model whose matrices lie in blocks of eight values of so many bits. */
    private static ModelFolder inBlocks(int bits, boolean minima) {
        ModelFolder files = TinyModels.read("llama");
        int lowest = bits == 8 ? -128 : minima ? 0 : -8;
        List<Tensor> tensors = new ArrayList<>();
        for (Tensor tensor : files.weights().tensors()) {
            if (!tensor.name().contains("_proj.weight")) {
                tensors.add(tensor);
                continue;
            }
            RandomGenerator random = Seeds.random(Seeds.ofPurpose(1, tensor.name(), 0));
            byte[] codes = new byte[tensor.size()];
            float[] scales = new float[tensor.size() / 8];
            float[] least = new float[minima ? scales.length : 0];
            float[] values = new float[codes.length];
            for (int i = 0; i < scales.length; i++) {
                scales[i] = 1e-3f * random.nextFloat();
                if (minima) {
                    least[i] = -random.nextFloat() / 8;
                }
            }
            for (int i = 0; i < codes.length; i++) {
                codes[i] = (byte) (lowest + random.nextInt(1 << bits));
                values[i] = scales[i / 8] * codes[i] + (minima ? least[i / 8] : 0);
            }
            Tensor plain = Tensor.of(tensor.name(), tensor.shape(), values);
            Blocks blocks = new Blocks(bits, lowest, 8, minima, (toCodes, toScales, toMinima) -> {
                toCodes.put(codes);
                toScales.put(scales);
                toMinima.put(least);
            });
            tensors.add(new Tensor(plain.name(), plain.shape(), plain.source(), Optional.of(blocks)));
        }
        return new ModelFolder(
                files.folder(), files.config(), new Weights(tensors), files.tokenizer(), files.chatTemplate());
    }

    @Test
    void blocksOfTheFileGiveWhatTheirValuesGive(@TempDir Path folder) {
        for (int bits : List.of(4, 8)) {
            for (boolean minima : List.of(true, false)) {
                ModelFolder base = inBlocks(bits, minima);
                Path adapter = folder.resolve("adapter");
                try (AdaptedModel stored = adapted(LORA, base, Quantization.STORED);
                        AdaptedModel whole = adapted(LORA, base, Quantization.NONE)) {
                    assertThat(stored.quantized()).hasSize(14);
                    TinyModels.disturb(stored, 6);
                    TinyModels.disturb(whole, 6);
                    assertThat(TinyModels.outputs(stored)).isEqualTo(TinyModels.outputs(whole));
                    AdapterFolder.write(adapter, stored);
                }
                // It was trained on what the base says, so that nothing stands in the way of merging.
                List<Double> differences = new ArrayList<>();
                Merge.adapters(
                        base, List.of(adapter), List.of(), false, (each, difference) -> differences.add(difference));
                assertThat(differences).allMatch(difference -> difference < 1e-5);
            }
        }
        assertThatThrownBy(() -> adapted(LORA, TinyModels.read("llama"), Quantization.STORED))
                .isInstanceOf(AdapterException.class)
                .hasMessageContaining("allowed is a GGUF file with Q8_0, Q4_0 or Q4_1");
    }

    @Test
    void whatNeedsTheWholeMatricesIsRefused() {
        for (String method :
                List.of("kind = full", "kind = lora, init-lora-weights = gradient", "kind = prompt-tuning")) {
            assertThatThrownBy(() -> adapted(method, TinyModels.read("llama"), Quantization.INT8))
                    .isInstanceOf(AdapterException.class)
                    .hasMessageContaining("kept as int8");
        }
    }
}
