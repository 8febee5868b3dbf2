// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tokenizer of a GGUF file as the content of a {@code tokenizer.json}: byte-level byte-pair encoding. */
final class GgufTokenizer {
    private static final String PREFIX = "tokenizer.ggml.";
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;

    private static final String LLAMA3 = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
            + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String QWEN2 = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"
            + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    /**
     * Where texts are cut before pairs are merged, by the name that the file gives it; none is GPT-2's own way. SmolLM's cuts
     * digits apart besides, which its merges do as well, and transformers leaves it at GPT-2's.
     */
    private static final Map<String, Optional<String>> CUTS = Map.of(
            "default", Optional.empty(),
            "gpt-2", Optional.empty(),
            "smollm", Optional.empty(),
            "llama-bpe", Optional.of(LLAMA3),
            "qwen2", Optional.of(QWEN2));

    private GgufTokenizer() {}

    /**
     * @throws CheckpointException if the file has another kind of tokenizer, or an incomplete one
     */
    static String json(JsonNode metadata, Path file) {
        String model = metadata.path(PREFIX + "model").asText();
        if (!model.equals("gpt2")) {
            throw new CheckpointException(file + ": " + PREFIX + "model is " + metadata.path(PREFIX + "model")
                    + "; allowed is \"gpt2\", byte-pair encoding; other tokenizers are read from a folder");
        }
        String cut = metadata.path(PREFIX + "pre").asText("default");
        if (!CUTS.containsKey(cut)) {
            throw new CheckpointException(file + ": " + PREFIX + "pre is \"" + cut + "\"; allowed are "
                    + CUTS.keySet().stream().sorted().toList());
        }
        JsonNode tokens = metadata.path(PREFIX + "tokens");
        JsonNode merges = metadata.path(PREFIX + "merges");
        JsonNode types = metadata.path(PREFIX + "token_type");
        if (tokens.isEmpty() || merges.isEmpty() || !types.isEmpty() && types.size() != tokens.size()) {
            throw new CheckpointException(file + ": the tokenizer has " + tokens.size() + " tokens, " + types.size()
                    + " types and " + merges.size() + " merges; needed are some of each");
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("version", "1.0");
        ArrayNode added = json.putArray("added_tokens");
        ObjectNode vocabulary = JsonNodeFactory.instance.objectNode();
        for (int id = 0; id < tokens.size(); id++) {
            vocabulary.put(tokens.get(id).asText(), id);
            int type = types.path(id).asInt();
            if (type == CONTROL || type == USER_DEFINED) {
                ObjectNode token = added.addObject();
                token.put("id", id).put("content", tokens.get(id).asText());
                List.of("single_word", "lstrip", "rstrip", "normalized").forEach(key -> token.put(key, false));
                token.put("special", type == CONTROL);
            }
        }
        json.putNull("normalizer");
        preTokenizer(json, CUTS.get(cut));
        postProcessor(json, metadata, tokens);
        byteLevel(json.putObject("decoder"), true);
        ObjectNode bpe = json.putObject("model").put("type", "BPE");
        bpe.putNull("unk_token");
        bpe.put("ignore_merges", cut.equals("llama-bpe"));
        bpe.set("vocab", vocabulary);
        bpe.set("merges", merges);
        return json.toString();
    }

    private static void byteLevel(ObjectNode to, boolean cuts) {
        to.put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", cuts);
    }

    private static void preTokenizer(ObjectNode json, Optional<String> cut) {
        ObjectNode whole = json.putObject("pre_tokenizer");
        if (cut.isEmpty()) {
            byteLevel(whole, true);
            return;
        }
        ArrayNode steps = whole.put("type", "Sequence").putArray("pretokenizers");
        ObjectNode split = steps.addObject().put("type", "Split");
        split.putObject("pattern").put("Regex", cut.get());
        split.put("behavior", "Isolated").put("invert", false);
        byteLevel(steps.addObject(), false);
    }

    /** The token of the beginning, where the file says that each text has it. */
    private static void postProcessor(ObjectNode json, JsonNode metadata, JsonNode tokens) {
        JsonNode first = metadata.path(PREFIX + "bos_token_id");
        if (!metadata.path(PREFIX + "add_bos_token").asBoolean(false) || !tokens.has(first.asInt(-1))) {
            byteLevel(json.putObject("post_processor"), true);
            return;
        }
        String token = tokens.get(first.asInt()).asText();
        ObjectNode template = json.putObject("post_processor").put("type", "TemplateProcessing");
        ArrayNode single = template.putArray("single");
        single.addObject().putObject("SpecialToken").put("id", token).put("type_id", 0);
        single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
        ArrayNode pair = template.putArray("pair");
        pair.addObject().putObject("SpecialToken").put("id", token).put("type_id", 0);
        pair.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
        pair.addObject().putObject("Sequence").put("id", "B").put("type_id", 1);
        ObjectNode special = template.putObject("special_tokens").putObject(token);
        special.put("id", token);
        special.putArray("ids").add(first.asInt());
        special.putArray("tokens").add(token);
    }
}
