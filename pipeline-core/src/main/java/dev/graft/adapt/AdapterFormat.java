// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.TorchZip;
import dev.graft.checkpoint.Weights;
import dev.graft.model.HeadKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** How a method is stored: which files there are, and what they call what they hold. */
sealed interface AdapterFormat permits AdapterHubFormat, ParametersFormat, PeftFormat {
    /** The form that holds a method. */
    static AdapterFormat of(Method method) {
        if (method instanceof Bottleneck) {
            return new AdapterHubFormat();
        }
        boolean own = method instanceof BitFit || method instanceof Full || method instanceof HeadOnly;
        return own ? new ParametersFormat() : new PeftFormat();
    }

    /** The form of a folder, by its files. */
    static AdapterFormat in(Path folder) {
        if (Files.isRegularFile(folder.resolve(ParametersFormat.CONFIG))) {
            return new ParametersFormat();
        }
        Path config = folder.resolve(AdapterFolder.CONFIG);
        if (Files.isRegularFile(config)) {
            JsonNode json = AdapterFolder.json(config);
            if (!json.has("peft_type") && json.has("model_class")) {
                return new AdapterHubFormat();
            }
        }
        return new PeftFormat();
    }

    /** What others call a library that loads it; empty where there is none. */
    String library();

    /** What is stored, by its stored names. */
    Weights stored(AdaptedModel model);

    /** Writes all but what stands beside it for readers. The folder is there. */
    void write(Path folder, AdaptedModel model, Weights stored) throws IOException;

    /**
     * @throws AdapterException if a file is missing, or says what is not understood
     */
    Content read(Path folder);

    /**
     * What was stored by the names of the model that it is put into.
     *
     * @throws AdapterException that names each key which is missing or left over
     */
    Weights named(AdaptedModel model, AdapterFolder adapter, String place);

    /**
     * What a folder says of itself.
     *
     * @param saved modules that are stored as a whole
     */
    record Content(Method method, HeadKind head, List<String> saved, Weights weights) {}

    /** Tensors of the first of two files that is there; its name says of which kind it is. */
    static Weights tensors(Path folder, String safetensors, String torch) {
        Path file = folder.resolve(safetensors);
        if (Files.isRegularFile(file)) {
            return Safetensors.read(file);
        }
        Path other = folder.resolve(torch);
        if (!Files.isRegularFile(other)) {
            throw new AdapterException(folder + " has no " + safetensors + " and no " + torch);
        }
        return TorchZip.read(other);
    }

    /** As safetensors, with the one key that transformers asks for. */
    static void write(Path file, Weights weights) throws IOException {
        Safetensors.write(file, weights, Map.of("format", "pt"));
    }
}
