// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.ConfigKeys;
import java.util.List;

/** The families that can be read. */
public final class Architectures {
    private static final List<Architecture> ALL = List.of(
            new Bert(),
            new DistilBert(),
            new Gemma(),
            new Gpt2(),
            new Llama(),
            new ModernBert(),
            new Phi3(),
            new Qwen(),
            new Roberta());

    private Architectures() {}

    /** The values of {@code model_type} that can be read. */
    public static List<String> modelTypes() {
        return modelTypes(HeadKind.NONE);
    }

    /** Whether models of a {@code model_type} predict the next token. */
    public static boolean isDecoder(String modelType) {
        return ALL.stream().anyMatch(each -> each.decoder() && each.modelTypes().contains(modelType));
    }

    private static List<String> modelTypes(HeadKind head) {
        return ALL.stream()
                .filter(each -> has(each, head))
                .flatMap(each -> each.modelTypes().stream())
                .sorted()
                .toList();
    }

    private static boolean has(Architecture architecture, HeadKind head) {
        return switch (head) {
            case CAUSAL_LM -> architecture.decoder();
            case MASKED_LM -> !architecture.decoder();
            case NONE, SEQUENCE, TOKENS -> true;
        };
    }

    /**
     * Builds a model. Each key of its configuration must be understood, and each tensor have a place or belong to another head.
     *
     * @param config content of {@code config.json}
     * @param file where that lies, for errors
     * @throws CheckpointException that names what does not fit
     */
    public static Model build(JsonNode config, String file, Modules modules, HeadKind head) {
        String type = config.path("model_type").asText();
        Architecture architecture = ALL.stream()
                .filter(each -> each.modelTypes().contains(type) && has(each, head))
                .findFirst()
                .orElseThrow(() -> new CheckpointException(file + ": model_type is " + config.path("model_type")
                        + "; allowed" + (head == HeadKind.NONE ? "" : " for " + head) + " are "
                        + String.join(", ", modelTypes(head))));
        ConfigKeys keys = new ConfigKeys(config, file);
        keys.off("quantization_config", "pruned_heads", "add_cross_attention", "is_decoder", "is_encoder_decoder");
        Model model = architecture.build(keys, modules, head);
        keys.requireUnderstood();
        modules.requireAllPlaced(config);
        return model;
    }
}
