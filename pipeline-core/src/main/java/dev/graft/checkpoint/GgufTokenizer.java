// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tokenizer of a GGUF file as the content of a {@code tokenizer.json}: byte-level byte pairs ({@code gpt2}), or pieces with
 * scores ({@code llama}), whose merges follow from the scores.
 */
final class GgufTokenizer {
    private static final String PREFIX = "tokenizer.ggml.";
    private static final int UNKNOWN = 2;
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
            "llama3", Optional.of(LLAMA3),
            "llama-v3", Optional.of(LLAMA3),
            "qwen2", Optional.of(QWEN2),
            "deepseek-r1-qwen", Optional.of(QWEN2));

    private GgufTokenizer() {}

    /**
     * The name of the way in which a {@code tokenizer.json} cuts texts.
     *
     * @throws CheckpointException if it has none
     */
    static String cut(JsonNode preTokenizer, Path folder) {
        List<JsonNode> steps = new ArrayList<>();
        (preTokenizer.has("pretokenizers") ? preTokenizer.path("pretokenizers") : List.of(preTokenizer))
                .forEach(steps::add);
        List<String> kinds =
                steps.stream().map(step -> step.path("type").asText()).toList();
        if (kinds.equals(List.of("ByteLevel"))) {
            return "gpt-2";
        }
        if (kinds.equals(List.of("Digits", "ByteLevel"))
                && steps.get(0).path("individual_digits").asBoolean()) {
            return "smollm";
        }
        String cut = steps.get(0).path("pattern").path("Regex").asText();
        if (kinds.equals(List.of("Split", "ByteLevel")) && cut.equals(LLAMA3)) {
            return "llama-bpe";
        }
        if (kinds.equals(List.of("Split", "ByteLevel")) && cut.equals(QWEN2)) {
            return "qwen2";
        }
        throw new CheckpointException(folder + ": the tokenizer cuts texts by " + preTokenizer
                + "; a GGUF file can say the ways of GPT-2, SmolLM, Llama 3 and Qwen2");
    }

    /**
     * @throws CheckpointException if the file has another kind of tokenizer, or an incomplete one
     */
    static String json(JsonNode metadata, Path file) {
        String model = metadata.path(PREFIX + "model").asText();
        boolean pieces = model.equals("llama");
        if (!pieces && !model.equals("gpt2")) {
            throw new CheckpointException(file + ": " + PREFIX + "model is " + metadata.path(PREFIX + "model")
                    + "; allowed are \"gpt2\" and \"llama\"; other tokenizers are read from a folder");
        }
        String cut = metadata.path(PREFIX + "pre").asText("default");
        if (!CUTS.containsKey(cut)) {
            throw new CheckpointException(file + ": " + PREFIX + "pre is \"" + cut + "\"; allowed are "
                    + CUTS.keySet().stream().sorted().toList());
        }
        JsonNode tokens = metadata.path(PREFIX + "tokens");
        JsonNode merges = metadata.path(PREFIX + "merges");
        JsonNode scores = metadata.path(PREFIX + "scores");
        JsonNode types = metadata.path(PREFIX + "token_type");
        boolean merged = !merges.isEmpty() || pieces && scores.size() == tokens.size();
        if (tokens.isEmpty() || !merged || !types.isEmpty() && types.size() != tokens.size()) {
            throw new CheckpointException(file + ": the tokenizer has " + tokens.size() + " tokens, " + types.size()
                    + " types, " + scores.size() + " scores and " + merges.size()
                    + " merges; needed are tokens, a type for"
                    + " each, and merges or scores");
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("version", "1.0");
        ArrayNode added = json.putArray("added_tokens");
        ObjectNode vocabulary = JsonNodeFactory.instance.objectNode();
        for (int id = 0; id < tokens.size(); id++) {
            vocabulary.put(tokens.get(id).asText(), id);
            int type = types.path(id).asInt();
            if (type == CONTROL || type == USER_DEFINED || pieces && type == UNKNOWN) {
                ObjectNode token = added.addObject();
                token.put("id", id).put("content", tokens.get(id).asText());
                List.of("single_word", "lstrip", "rstrip", "normalized").forEach(key -> token.put(key, false));
                token.put("special", type != USER_DEFINED);
            }
        }
        json.putNull("normalizer");
        postProcessor(json, metadata, tokens, pieces);
        ObjectNode bpe = json.putObject("model").put("type", "BPE");
        bpe.putNull("unk_token");
        bpe.put("ignore_merges", cut.equals("llama-bpe") && !pieces);
        bpe.set("vocab", vocabulary);
        if (pieces) {
            boolean spaceBefore = metadata.path(PREFIX + "add_space_prefix").asBoolean(true);
            wordBoundaries(json, spaceBefore);
            bpe.put("fuse_unk", true).put("byte_fallback", true);
        } else {
            preTokenizer(json, CUTS.getOrDefault(cut, Optional.empty()));
            byteLevel(json.putObject("decoder"), true);
        }
        bpe.set("merges", merges.isEmpty() ? merges(tokens, scores, vocabulary) : merges);
        return json.toString();
    }

    /** A space is a char of its own, which also stands before a text. */
    private static void wordBoundaries(ObjectNode json, boolean spaceBefore) {
        ObjectNode spaces =
                json.putObject("pre_tokenizer").put("type", "Metaspace").put("replacement", "\u2581");
        spaces.put("prepend_scheme", spaceBefore ? "first" : "never").put("split", false);
        ArrayNode steps = json.putObject("decoder").put("type", "Sequence").putArray("decoders");
        ObjectNode replace = steps.addObject().put("type", "Replace").put("content", " ");
        replace.putObject("pattern").put("String", "\u2581");
        steps.addObject().put("type", "ByteFallback");
        steps.addObject().put("type", "Fuse");
        if (spaceBefore) {
            steps.addObject()
                    .put("type", "Strip")
                    .put("content", " ")
                    .put("start", 1)
                    .put("stop", 0);
        }
    }

    /** A merge for each way to cut a piece into two; those of the best pieces come first. */
    private static ArrayNode merges(JsonNode tokens, JsonNode scores, JsonNode vocabulary) {
        record Merge(String left, String right, double score) {
            int leftLength() {
                return left.codePointCount(0, left.length());
            }

            int rightLength() {
                return right.codePointCount(0, right.length());
            }
        }
        List<Merge> all = new ArrayList<>();
        for (int id = 0; id < tokens.size(); id++) {
            String piece = tokens.get(id).asText();
            List<Merge> own = new ArrayList<>();
            for (int at = 1; at < piece.length(); at++) {
                String left = piece.substring(0, at);
                String right = piece.substring(at);
                if (vocabulary.has(left) && vocabulary.has(right)) {
                    own.add(new Merge(left, right, scores.get(id).asDouble()));
                }
            }
            own.sort(Comparator.comparingInt(
                            (Merge merge) -> vocabulary.get(merge.left).asInt())
                    .thenComparingInt(merge -> vocabulary.get(merge.right).asInt()));
            all.addAll(own);
        }
        all.sort(Comparator.comparingDouble(Merge::score)
                .thenComparingInt(Merge::leftLength)
                .thenComparingInt(Merge::rightLength)
                .reversed());
        ArrayNode merges = JsonNodeFactory.instance.arrayNode();
        all.forEach(merge -> merges.addArray().add(merge.left).add(merge.right));
        return merges;
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
    private static void postProcessor(ObjectNode json, JsonNode metadata, JsonNode tokens, boolean always) {
        JsonNode first = metadata.path(PREFIX + "bos_token_id");
        if (!metadata.path(PREFIX + "add_bos_token").asBoolean(always) || !tokens.has(first.asInt(-1))) {
            json.putNull("post_processor");
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
