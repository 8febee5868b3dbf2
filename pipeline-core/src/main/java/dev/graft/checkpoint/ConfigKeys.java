// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The keys of a {@code config.json}, each asked for once by who understands it; what is wrong with them is gathered and said
 * at once, and so is what nobody asked for.
 */
public final class ConfigKeys {
    private static final double MOST_EPS = 0.01;

    /** Keys that change nothing of what a model computes from tokens, or that are read elsewhere. */
    private static final Set<String> INERT = Set.of(("""
            architectures model_type _name_or_path name_or_path torch_dtype dtype transformers_version auto_map tokenizer_class \
            transformers.js_config unsloth_fixed unsloth_version finetuning_task task_specific_params id2label label2id num_labels \
            problem_type use_cache cache_implementation attn_implementation _attn_implementation _attn_implementation_internal \
            _attn_implementation_autoset return_dict output_attentions output_hidden_states output_past torchscript \
            keys_to_ignore_at_inference gradient_checkpointing chunk_size_feed_forward is_llama_config \
            bos_token_id eos_token_id pad_token_id cls_token_id sep_token_id mask_token_id unk_token_id decoder_start_token_id \
            initializer_range initializer_factor initializer_cutoff_factor classifier_dropout qa_dropout seq_classif_dropout \
            max_length min_length do_sample temperature top_k top_p num_beams repetition_penalty no_repeat_ngram_size \
            directionality pooler_fc_size pooler_num_attention_heads pooler_num_fc_layers pooler_size_per_head pooler_type \
            summary_activation summary_first_dropout summary_proj_to_labels summary_type summary_use_proj n_ctx \
            deterministic_flash_attn reference_compile repad_logits_with_grad sparse_prediction sparse_pred_ignore_index \
            decoder_bias classifier_pooling classifier_activation classifier_bias \
            """).split("\\s+"));

    private final JsonNode json;
    private final String place;
    private final String prefix;
    private final List<String> problems;
    private final Set<String> asked = new HashSet<>();
    private final Map<String, ConfigKeys> sections = new TreeMap<>();

    /**
     * @param place the file, for the error
     */
    public ConfigKeys(JsonNode json, String place) {
        this(json, place, "", new ArrayList<>());
    }

    private ConfigKeys(JsonNode json, String place, String prefix, List<String> problems) {
        this.json = json;
        this.place = place;
        this.prefix = prefix;
        this.problems = problems;
    }

    /** Whether a key is there and not null. */
    public boolean has(String key) {
        asked.add(key);
        return json.hasNonNull(key);
    }

    private void problem(String key, String allowed) {
        problems.add(prefix + key + " is " + (json.has(key) ? json.get(key) : "missing") + "; allowed is " + allowed);
    }

    /** Names a problem that lies between keys. */
    public void refuse(String key, String allowed) {
        problem(key, allowed);
    }

    /** The file, for errors. */
    public String place() {
        return place;
    }

    /** The keys of an object below a key; none of them where it is not there. */
    public ConfigKeys section(String key) {
        if (has(key) && !json.get(key).isObject()) {
            problem(key, "an object");
        }
        return sections.computeIfAbsent(
                key, each -> new ConfigKeys(json.path(each), place, prefix + each + ".", problems));
    }

    /** A size that must be there. */
    public Size sized(String key) {
        return new Size(prefix + key, size(key));
    }

    /** A size, or what it is where the key is missing. */
    public Size sized(String key, Size fallback) {
        return has(key) ? sized(key) : fallback;
    }

    /** A whole number from 0. */
    public int count(String key, int fallback) {
        if (has(key) && (!json.get(key).isInt() || json.get(key).asInt() < 0)) {
            problem(key, "a whole number from 0");
        }
        return has(key) ? json.get(key).asInt() : fallback;
    }

    /** A finite number above 0. */
    public double number(String key, double fallback) {
        double given = json.path(key).asDouble(fallback);
        if (has(key) && !(json.get(key).isNumber() && given > 0 && Double.isFinite(given))) {
            problem(key, "a number above 0");
        }
        return has(key) ? given : fallback;
    }

    /** As {@link #number(String, double)}, of a key that must be there. */
    public double number(String key) {
        if (!has(key)) {
            problem(key, "a number above 0");
        }
        return number(key, 1);
    }

    public boolean flag(String key, boolean fallback) {
        if (has(key) && !json.get(key).isBoolean()) {
            problem(key, "true or false");
        }
        return json.path(key).asBoolean(fallback);
    }

    /** One of several texts. */
    public <T> T choice(String key, T fallback, Map<String, T> allowed) {
        if (!has(key)) {
            return fallback;
        }
        T chosen = allowed.get(json.get(key).asText());
        if (chosen == null) {
            problem(key, allowed.keySet().stream().sorted().toList().toString());
            return fallback;
        }
        return chosen;
    }

    /** A text for each layer; none where the key is missing. */
    public List<String> perLayer(String key, int layers, String... allowed) {
        if (!has(key)) {
            return List.of();
        }
        List<String> given = new ArrayList<>();
        json.get(key).forEach(each -> given.add(each.asText()));
        if (given.size() < layers || !Set.of(allowed).containsAll(given)) {
            problem(key, "one of " + Arrays.toString(allowed) + " for each of " + layers + " layers");
            return List.of();
        }
        return given;
    }

    /** A key whose other values would compute something else. */
    public void only(String key, String allowed) {
        if (has(key) && !json.get(key).asText().equals(allowed)) {
            problem(key, allowed);
        }
    }

    /** Keys that would change the model if they were there and not false or empty. */
    public void off(String... keys) {
        for (String key : keys) {
            JsonNode given = json.path(key);
            if (has(key)
                    && !(given.isBoolean() && !given.asBoolean())
                    && !(given.isContainerNode() && given.isEmpty())) {
                problem(key, "false, or to leave it out");
            }
        }
    }

    /** A whole number from 1 that must be there. */
    public int size(String key) {
        asked.add(key);
        JsonNode given = json.path(key);
        if (!given.isInt() || given.asInt() < 1) {
            problem(key, "a whole number from 1");
            return 1;
        }
        return given.asInt();
    }

    /** As {@link #size(String)}, of a key that may be missing. */
    public int size(String key, int fallback) {
        return has(key) ? size(key) : fallback;
    }

    public double eps(String key, double fallback) {
        double given = json.path(key).asDouble(fallback);
        if (has(key) && !(json.get(key).isNumber() && given > 0 && given <= MOST_EPS)) {
            problem(key, "a number above 0 and up to " + MOST_EPS);
        }
        return given;
    }

    public double dropout(String key, double fallback) {
        double given = json.path(key).asDouble(fallback);
        if (has(key) && !(json.get(key).isNumber() && given >= 0 && given < 1)) {
            problem(key, "a number from 0 to under 1");
        }
        return given;
    }

    /** Heads share the width among them. */
    public int heads(String key, String width, int size) {
        int heads = size(key);
        if (size % heads != 0) {
            problem(key, "a number that divides " + width + " " + size);
        }
        return heads;
    }

    /**
     * @throws CheckpointException with all that was wrong so far
     */
    public void requireNoProblem() {
        if (!json.isObject()) {
            throw new CheckpointException(place + " is no JSON object");
        }
        if (!problems.isEmpty()) {
            throw new CheckpointException(place + ": " + String.join(", ", problems));
        }
    }

    /**
     * Requires that each key was understood, so that no model is taken for a simpler one.
     *
     * @throws CheckpointException with all that was wrong, unknown keys among it
     */
    public void requireUnderstood() {
        refuseUnknown();
        requireNoProblem();
    }

    private void refuseUnknown() {
        json.fieldNames().forEachRemaining(key -> {
            JsonNode given = json.get(key);
            boolean says = !given.isNull() && !(given.isContainerNode() && given.isEmpty());
            if (says && !asked.contains(key) && !(prefix.isEmpty() && INERT.contains(key))) {
                problem(key, "to leave it out: it may change what the model computes, and it is not known how");
            }
        });
        sections.values().forEach(ConfigKeys::refuseUnknown);
    }
}
