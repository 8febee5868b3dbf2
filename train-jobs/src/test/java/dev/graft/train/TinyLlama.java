// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.model.Adaptation;
import dev.graft.model.Architectures;
import dev.graft.model.HeadKind;
import dev.graft.model.Model;
import dev.graft.model.Modules;
import dev.graft.nn.engine.Gradients;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/** The tiny Llama of the core's tests, all of which is trained. */
public record TinyLlama(Model model, SortedMap<String, NDArray> parameters, NDManager manager, JsonNode golden)
        implements Learner, AutoCloseable {
    private static final Path FOLDER =
            Path.of("..", "pipeline-core", "src", "test", "resources", "architectures", "llama");

    public static TinyLlama read() {
        NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        Modules modules =
                new Modules(Safetensors.read(FOLDER.resolve("model.safetensors")), "llama", manager, Adaptation.NONE);
        Model model = Architectures.build(json("config.json"), "config.json", modules, HeadKind.CAUSAL_LM);
        TinyLlama llama = new TinyLlama(model, new TreeMap<>(modules.arrays()), manager, json("golden.json"));
        llama.parameters.values().forEach(parameter -> parameter.setRequiresGradient(true));
        return llama;
    }

    private static JsonNode json(String file) {
        try {
            return new ObjectMapper().readTree(FOLDER.resolve(file).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static long[] longs(JsonNode numbers) {
        return StreamSupport.stream(numbers.spliterator(), false)
                .mapToLong(JsonNode::asLong)
                .toArray();
    }

    public void clear() {
        parameters.values().forEach(Gradients::clear);
    }

    @Override
    public Weights weights() {
        return new Weights(parameters.entrySet().stream()
                .map(each -> Tensor.of(
                        each.getKey(),
                        each.getValue().getShape().getShape(),
                        each.getValue().toFloatArray()))
                .toList());
    }

    @Override
    public void restore(Weights weights, String place) {
        parameters.forEach((name, parameter) -> {
            try (NDArray given = manager.create(weights.tensor(name).values(), parameter.getShape())) {
                given.copyTo(parameter);
            }
        });
    }

    @Override
    public void close() {
        manager.close();
    }
}
