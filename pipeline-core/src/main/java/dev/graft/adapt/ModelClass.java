// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.model.HeadKind;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What transformers calls a family's model with a head. */
final class ModelClass {
    private static final Pattern END = Pattern.compile("(For[A-Z].*|LMHeadModel|Model)$");

    private static final String LANGUAGE_MODEL = "LMHeadModel";

    private ModelClass() {}

    /**
     * @param config of the model
     */
    static String of(JsonNode config, HeadKind head) {
        String own = config.path("architectures").path(0).asText();
        String type = config.path("model_type").asText();
        String family = own.isEmpty()
                ? type.substring(0, 1).toUpperCase(Locale.ROOT) + type.substring(1)
                : END.matcher(own).replaceFirst("");
        return family + (head == HeadKind.CAUSAL_LM && own.endsWith(LANGUAGE_MODEL) ? LANGUAGE_MODEL : end(head));
    }

    private static String end(HeadKind head) {
        return switch (head) {
            case SEQUENCE -> "ForSequenceClassification";
            case TOKENS -> "ForTokenClassification";
            case MASKED_LM -> "ForMaskedLM";
            case CAUSAL_LM -> "ForCausalLM";
            case NONE -> "Model";
        };
    }

    /** The head of a class; empty where it is none of transformers'. */
    static Optional<HeadKind> head(String name) {
        if (name.endsWith("AdapterModel") || name.endsWith("ModelWithHeads")) {
            return Optional.empty();
        }
        return name.endsWith(LANGUAGE_MODEL)
                ? Optional.of(HeadKind.CAUSAL_LM)
                : Arrays.stream(HeadKind.values())
                        .filter(head -> name.endsWith(end(head)))
                        .findFirst();
    }
}
