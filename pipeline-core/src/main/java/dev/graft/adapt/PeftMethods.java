// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** The methods that PEFT has as well, between their settings and the keys of {@code adapter_config.json}. */
final class PeftMethods {
    private static final Map<String, BiFunction<PeftKeys, List<String>, Method>> READERS = Map.of(
            "LORA", PeftMethods::lora,
            "IA3", PeftMethods::ia3,
            "PREFIX_TUNING", PeftMethods::prefix,
            "PROMPT_TUNING", PeftMethods::prompt);

    private PeftMethods() {}

    /**
     * What the keys say; what is wrong with them, they remember.
     *
     * @param saved modules that are stored as a whole, but for heads
     */
    static Method read(PeftKeys keys, List<String> saved) {
        Optional<BiFunction<PeftKeys, List<String>, Method>> reader = keys.choice("peft_type", READERS);
        return reader.map(each -> each.apply(keys, saved)).orElse(Lora.DEFAULT);
    }

    private static Lora lora(PeftKeys keys, List<String> saved) {
        keys.only("bias", "none");
        return new Lora(
                keys.size("r"),
                keys.number("lora_alpha"),
                keys.take("lora_dropout").asDouble(0),
                keys.targets(),
                keys.flag("use_rslora"),
                keys.flag("use_dora"),
                keys.start(),
                1,
                keys.ranks("rank_pattern"),
                keys.alphas("alpha_pattern"),
                saved);
    }

    private static Ia3 ia3(PeftKeys keys, List<String> saved) {
        Targets nothing = new Targets.Matching("");
        return new Ia3(keys.targets(), keys.modules("feedforward_modules").orElse(nothing), saved);
    }

    private static PrefixTuning prefix(PeftKeys keys, List<String> saved) {
        widths(keys);
        keys.take("encoder_hidden_size");
        if (keys.flag("prefix_projection") && !keys.take("inference_mode").asBoolean()) {
            keys.problem("inference_mode", "true: a projection is left out of what is stored");
        }
        return new PrefixTuning(new VirtualTokens(keys.size("num_virtual_tokens"), VirtualTokens.Init.RANDOM));
    }

    private static PromptTuning prompt(PeftKeys keys, List<String> saved) {
        widths(keys);
        return new PromptTuning(new VirtualTokens(keys.size("num_virtual_tokens"), VirtualTokens.Init.RANDOM));
    }

    /** The model's, which it says better. */
    private static void widths(PeftKeys keys) {
        List.of("token_dim", "num_attention_heads", "num_layers", "num_transformer_submodules")
                .forEach(keys::take);
    }

    /**
     * Puts the keys of a method.
     *
     * @param targets names of the linear maps that it adapts, as short as they can be
     * @param inner those whose input is scaled
     */
    static void write(Method method, Widths widths, List<String> targets, List<String> inner, ObjectNode json) {
        if (method instanceof Lora lora) {
            write(lora.stored(), targets, json);
        } else if (method instanceof Ia3) {
            json.put("peft_type", "IA3").put("fan_in_fan_out", false).put("init_ia3_weights", true);
            put(json, "target_modules", targets);
            put(json, "feedforward_modules", inner);
        } else if (method instanceof PrefixTuning prefix) {
            json.put("peft_type", "PREFIX_TUNING").put("prefix_projection", false);
            json.put("num_virtual_tokens", prefix.tokens().count());
            json.put("num_attention_heads", widths.groups()).put("token_dim", widths.groups() * widths.headSize());
            json.put("num_layers", widths.layers()).put("num_transformer_submodules", 1);
        } else if (method instanceof PromptTuning prompt) {
            json.put("peft_type", "PROMPT_TUNING").put("prompt_tuning_init", "RANDOM");
            json.put("num_virtual_tokens", prompt.tokens().count());
            json.put("num_attention_heads", widths.groups()).put("token_dim", widths.width());
            json.put("num_layers", widths.layers()).put("num_transformer_submodules", 1);
        } else {
            throw new IllegalArgumentException(method + " is stored in another form");
        }
    }

    private static void write(Lora lora, List<String> targets, ObjectNode json) {
        json.put("peft_type", "LORA").put("r", lora.r()).put("lora_dropout", lora.loraDropout());
        json.set("lora_alpha", json.numberNode(lora.loraAlpha()));
        if (lora.loraAlpha() == Math.rint(lora.loraAlpha())) {
            json.put("lora_alpha", (long) lora.loraAlpha());
        }
        put(json, "target_modules", targets);
        json.put("bias", "none")
                .put("fan_in_fan_out", false)
                .put("use_rslora", lora.useRslora())
                .put("use_dora", lora.useDora());
        // Where a key does not match, PEFT keeps its start value: with true that value changes nothing.
        json.put("init_lora_weights", true);
        ObjectNode ranks = json.putObject("rank_pattern");
        lora.rankPattern().forEach(ranks::put);
        ObjectNode alphas = json.putObject("alpha_pattern");
        lora.alphaPattern().forEach(alphas::put);
    }

    static void put(ObjectNode json, String key, List<String> texts) {
        ArrayNode array = json.putArray(key);
        texts.forEach(array::add);
    }
}
