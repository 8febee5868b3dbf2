// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The names of Llama's and Qwen's tensors in a GGUF file and in a Hugging Face folder. Llama's queries and keys are stored there
 * with the two values of a rotary pair side by side; Hugging Face has the first ones of all pairs before the second ones.
 *
 * @param place where the tensors are from, for errors
 * @param heads of the queries
 * @param groups of keys and values
 */
record GgufNames(Path place, String architecture, int heads, int groups) {
    private static final Pattern LAYER = Pattern.compile("blk\\.(\\d+)\\.(.+)\\.(weight|bias)");
    private static final Map<String, String> NAMES = Map.of(
            "token_embd.weight", "model.embed_tokens.weight",
            "output_norm.weight", "model.norm.weight",
            "output.weight", "lm_head.weight");

    private static final Map<String, String> MODULES = Map.ofEntries(
            Map.entry("attn_q", "self_attn.q_proj"),
            Map.entry("attn_k", "self_attn.k_proj"),
            Map.entry("attn_v", "self_attn.v_proj"),
            Map.entry("attn_output", "self_attn.o_proj"),
            Map.entry("attn_q_norm", "self_attn.q_norm"),
            Map.entry("attn_k_norm", "self_attn.k_norm"),
            Map.entry("attn_norm", "input_layernorm"),
            Map.entry("ffn_norm", "post_attention_layernorm"),
            Map.entry("ffn_gate", "mlp.gate_proj"),
            Map.entry("ffn_up", "mlp.up_proj"),
            Map.entry("ffn_down", "mlp.down_proj"));

    private static final Pattern HUGGING_FACE_LAYER = Pattern.compile("model\\.layers\\.(\\d+)\\.(.+)\\.(weight|bias)");
    private static final Map<String, String> BACK = reversed(NAMES);
    private static final Map<String, String> MODULES_BACK = reversed(MODULES);

    private static Map<String, String> reversed(Map<String, String> names) {
        return names.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));
    }

    /** A tensor of a GGUF file as a Hugging Face folder has it; one that is not known keeps its name. */
    Tensor huggingFace(Tensor tensor) {
        Matcher layer = LAYER.matcher(tensor.name());
        if (!layer.matches() || !MODULES.containsKey(layer.group(2))) {
            return tensor.named(NAMES.getOrDefault(tensor.name(), tensor.name()));
        }
        Tensor named = tensor.named(
                "model.layers." + layer.group(1) + "." + MODULES.get(layer.group(2)) + "." + layer.group(3));
        int of = rotated(layer.group(2));
        int size = size(named, of);
        return of == 0
                ? named
                : moved(named, row -> row / size * size + 2 * (row % (size / 2)) + row % size / (size / 2));
    }

    /** A tensor of a Hugging Face folder as a GGUF file has it; empty where the file has no such tensor. */
    Optional<Tensor> gguf(Tensor tensor) {
        Matcher layer = HUGGING_FACE_LAYER.matcher(tensor.name());
        if (!layer.matches() || !MODULES_BACK.containsKey(layer.group(2))) {
            return Optional.ofNullable(BACK.get(tensor.name())).map(tensor::named);
        }
        String module = String.valueOf(MODULES_BACK.get(layer.group(2)));
        Tensor named = tensor.named("blk." + layer.group(1) + "." + module + "." + layer.group(3));
        int of = rotated(module);
        int size = size(named, of);
        return Optional.of(
                of == 0 ? named : moved(named, row -> row / size * size + row % 2 * (size / 2) + row % size / 2));
    }

    /** The heads of a map whose rows stand in another order in the file; 0 where they don't. */
    private int rotated(String module) {
        if (!architecture.equals("llama")) {
            return 0;
        }
        return module.equals("attn_q") ? heads : module.equals("attn_k") ? groups : 0;
    }

    /** Rows of a head. */
    private int size(Tensor tensor, int of) {
        int rows = tensor.shape().length == 0 ? 1 : Math.toIntExact(tensor.shape()[0]);
        if (of < 0 || of > 0 && rows % (2 * of) != 0) {
            throw new CheckpointException(place + ": " + tensor.name() + " has " + rows + " rows for " + of
                    + " heads; allowed is an even number for each");
        }
        return of == 0 ? rows : rows / of;
    }

    /** @param from the row that comes to stand at a row */
    private static Tensor moved(Tensor tensor, IntUnaryOperator from) {
        int rows = Math.toIntExact(tensor.shape()[0]);
        Tensor.Source values = to -> {
            ByteBuffer there = ByteBuffer.allocate(to.remaining()).order(ByteOrder.LITTLE_ENDIAN);
            tensor.read(there);
            int width = to.remaining() / rows;
            for (int row = 0; row < rows; row++) {
                to.put(there.slice(from.applyAsInt(row) * width, width));
            }
        };
        return new Tensor(
                tensor.name(), tensor.shape(), values, tensor.blocks().map(blocks -> blocks.moved(rows, from)));
    }
}
