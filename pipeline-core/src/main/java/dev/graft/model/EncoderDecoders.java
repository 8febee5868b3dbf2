// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.ConfigKeys;
import java.util.List;
import java.util.Optional;

/** The families of translators that can be read. */
public final class EncoderDecoders {
    private static final List<Family> ALL = List.of(new M2m100(), new Marian());

    private EncoderDecoders() {}

    /** From its keys of {@code config.json} and its parameters' names to blocks, as {@link Architecture} is for one stack. */
    interface Family {
        String modelType();

        EncoderDecoder build(ConfigKeys config, Modules modules);
    }

    /** The values of {@code model_type} that can be read. */
    public static List<String> modelTypes() {
        return ALL.stream().map(Family::modelType).toList();
    }

    /**
     * Builds a model. Each key of its configuration must be understood, and each tensor have a place.
     *
     * @param config content of {@code config.json}
     * @param file where that lies, for errors
     * @throws CheckpointException that names what does not fit
     */
    public static EncoderDecoder build(JsonNode config, String file, Modules modules) {
        String type = config.path("model_type").asText();
        Optional<Family> family =
                ALL.stream().filter(each -> each.modelType().equals(type)).findFirst();
        if (family.isEmpty()) {
            throw new CheckpointException(file + ": model_type is " + config.path("model_type")
                    + "; allowed for a translator are " + String.join(", ", modelTypes()));
        }
        ConfigKeys keys = new ConfigKeys(config, file);
        keys.off("quantization_config", "pruned_heads", "is_decoder");
        keys.only("is_encoder_decoder", "true");
        EncoderDecoder model = family.get().build(keys, modules);
        keys.requireUnderstood();
        modules.requireAllPlaced(config);
        return model;
    }
}
