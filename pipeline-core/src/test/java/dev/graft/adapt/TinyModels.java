// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.model.HeadKind;
import dev.graft.nn.Context;
import dev.graft.nn.Pass;
import dev.graft.nn.TokenBatch;
import dev.graft.nn.engine.GradMode;
import dev.graft.nn.engine.Gradients;
import dev.graft.random.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** The tiny random models of src/test/resources/architectures, and what tests do with them. */
final class TinyModels {
    static final Path FOLDERS = Path.of("src", "test", "resources", "architectures");
    static final List<long[]> ROWS = List.of(new long[] {5, 9, 31, 7, 22, 14, 40}, new long[] {8, 11, 6});

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOKENIZER =
            "{\"model\": {\"type\": \"WordLevel\", \"vocab\": {\"[UNK]\": 0}, \"unk_token\": \"[UNK]\"}}";

    private TinyModels() {}

    static Stream<String> names() {
        try (Stream<Path> all = Files.list(FOLDERS)) {
            return all.map(each -> each.getFileName().toString()).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ModelFolder read(String name) {
        Path folder = FOLDERS.resolve(name);
        try {
            JsonNode config = JSON.readTree(folder.resolve("config.json").toFile());
            Weights weights = Safetensors.read(folder.resolve("model.safetensors"));
            return new ModelFolder(folder, config, weights, TOKENIZER, Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The head that a folder has. */
    static HeadKind head(String name) {
        if (name.endsWith("-sequence")) {
            return HeadKind.SEQUENCE;
        }
        if (name.endsWith("-token")) {
            return HeadKind.TOKENS;
        }
        return name.endsWith("-masked-lm") ? HeadKind.MASKED_LM : HeadKind.CAUSAL_LM;
    }

    /** Hidden states, or logits where there is a head, of rows that are padded. */
    static float[] outputs(AdaptedModel adapted) {
        return outputs(adapted, ROWS);
    }

    static float[] outputs(AdaptedModel adapted, List<long[]> rows) {
        try (GradMode off = GradMode.off();
                NDManager scope = adapted.manager().newSubManager()) {
            return outputs(adapted, rows, scope).toFloatArray();
        }
    }

    private static NDArray outputs(AdaptedModel adapted, List<long[]> rows, NDManager scope) {
        TokenBatch batch = TokenBatch.padded(rows, scope);
        Context context = Context.of(batch.layout(), scope, Pass.EVALUATION);
        NDArray states = adapted.model().states(batch.ids(), context);
        return adapted.head() == HeadKind.NONE ? states : adapted.model().logits(states, context);
    }

    /** Some steps of plain gradient descent on a loss that all outputs count in. */
    static void train(AdaptedModel adapted, int steps, double rate) {
        adapted.parameters().values().forEach(each -> each.setRequiresGradient(true));
        for (int step = 0; step < steps; step++) {
            backward(adapted);
            try (GradMode off = GradMode.off()) {
                adapted.parameters().values().forEach(each -> {
                    try (NDArray gradient = each.getGradient();
                            NDArray change = gradient.mul(rate)) {
                        each.subi(change);
                    }
                    Gradients.clear(each);
                });
            }
        }
        adapted.parameters().values().forEach(each -> each.setRequiresGradient(false));
    }

    /** Leaves gradients at what requires one. */
    static void backward(AdaptedModel adapted) {
        try (NDManager scope = adapted.manager().newSubManager();
                GradMode on = GradMode.on()) {
            NDArray outputs = outputs(adapted, ROWS, scope);
            NDArray weights = scope.create(gaussian(Math.toIntExact(outputs.size())), outputs.getShape());
            Gradients.backward(outputs.mul(weights).mean());
        }
    }

    /** Of each row, without what is padded. */
    static List<float[]> states(AdaptedModel adapted, List<long[]> rows) {
        try (GradMode off = GradMode.off();
                NDManager scope = adapted.manager().newSubManager()) {
            TokenBatch batch = TokenBatch.padded(rows, scope);
            NDArray states = adapted.model().states(batch.ids(), Context.of(batch.layout(), scope, Pass.EVALUATION));
            List<float[]> split = new ArrayList<>();
            for (int row = 0; row < rows.size(); row++) {
                split.add(states.get(row).get("0:" + rows.get(row).length).toFloatArray());
            }
            return split;
        }
    }

    /** Adds noise to all that is trained, so that each part of it counts. */
    static void disturb(AdaptedModel adapted, long seed) {
        disturb(adapted, seed, 0.2);
    }

    static void disturb(AdaptedModel adapted, long seed, double deviation) {
        RandomGenerator random = Seeds.random(seed);
        adapted.restore(
                new Weights(adapted.weights().tensors().stream()
                        .map(tensor -> {
                            float[] values = tensor.values();
                            for (int i = 0; i < values.length; i++) {
                                values[i] += (float) (deviation * random.nextGaussian());
                            }
                            return Tensor.of(tensor.name(), tensor.shape(), values);
                        })
                        .toList()),
                "a test");
    }

    private static float[] gaussian(int size) {
        RandomGenerator random = Seeds.random(1);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
