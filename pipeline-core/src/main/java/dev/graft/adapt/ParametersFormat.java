// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.checkpoint.DType;
import dev.graft.checkpoint.FolderWriter;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.Weights;
import dev.graft.config.Settings;
import dev.graft.model.HeadKind;
import dev.graft.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The model's own parameters that were trained, under its own names: {@code trained_config.json} with
 * {@code trained_parameters.safetensors} or, where all were trained and transformers has a class for the model, the whole folder
 * that it loads.
 */
record ParametersFormat() implements AdapterFormat {
    static final String CONFIG = "trained_config.json";

    private static final String PARAMETERS = "trained_parameters.safetensors";
    private static final String WHOLE = "model.safetensors";
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Map<String, Method> METHODS =
            Map.of("bitfit", new BitFit(), "full", new Full(), "head-only", new HeadOnly());

    private static final Map<String, HeadKind> HEADS = Map.of(
            "none", HeadKind.NONE,
            "causal-lm", HeadKind.CAUSAL_LM,
            "masked-lm", HeadKind.MASKED_LM,
            "sequence", HeadKind.SEQUENCE,
            "tokens", HeadKind.TOKENS);

    @Override
    public String library() {
        return "";
    }

    private static boolean isWhole(AdaptedModel model) {
        return model.method() instanceof Full
                && model.pooling().filter(Pooling.MEAN::equals).isEmpty();
    }

    @Override
    public Weights stored(AdaptedModel model) {
        return isWhole(model)
                ? Merge.weights(model)
                : new Weights(model.weights().tensors().stream()
                        .map(tensor -> tensor.named(key(model, tensor.name())))
                        .toList());
    }

    private static String key(AdaptedModel model, String name) {
        return model.head() == HeadKind.NONE ? model.modules().stored(name) : name;
    }

    @Override
    public void write(Path folder, AdaptedModel model, Weights stored) throws IOException {
        if (isWhole(model)) {
            FolderWriter.write(
                    Merge.model(model.files(), model.head(), model.labels(), model.problem(), stored),
                    DType.F32,
                    folder);
        } else {
            AdapterFormat.write(folder.resolve(PARAMETERS), stored);
        }
        ObjectNode json = JSON.createObjectNode();
        METHODS.forEach((name, method) -> {
            if (method.equals(model.method())) {
                json.put("method", name);
            }
        });
        json.put("head", Settings.name(model.head()));
        json.put("base_model_name_or_path", model.files().folder().toString());
        RunDirectory.write(folder.resolve(CONFIG), json);
    }

    @Override
    public Content read(Path folder) {
        Path file = folder.resolve(CONFIG);
        PeftKeys keys = new PeftKeys(AdapterFolder.json(file), file.toString());
        Method method = keys.choice("method", METHODS).orElse(new HeadOnly());
        HeadKind head = keys.choice("head", HEADS).orElse(HeadKind.NONE);
        keys.requireUnderstood();
        List<Path> files = Arrays.asList(folder.resolve(PARAMETERS), folder.resolve(WHOLE));
        Path weights = files.stream()
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new AdapterException(
                        folder + " has no " + PARAMETERS + " and no " + WHOLE + "; one stands beside " + CONFIG));
        return new Content(method, head, List.of(), Safetensors.read(weights));
    }

    @Override
    public Weights named(AdaptedModel model, AdapterFolder adapter, String place) {
        return AdapterHubFormat.named(model, adapter.weights(), name -> key(model, name), place);
    }
}
