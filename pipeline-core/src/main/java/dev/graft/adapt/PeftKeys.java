// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.model.Modules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The keys of an {@code adapter_config.json}, each taken by the method that understands it. PEFT ignores much that is wrong in
 * silence; here each key is understood, known to change nothing, turned off, or refused by its name, all at once.
 */
final class PeftKeys {
    /** What says how the adapter came about, or where it is from; the numbers do not hang on it. */
    private static final Set<String> HARMLESS = Set.of(
            "base_model_name_or_path",
            "revision",
            "peft_version",
            "auto_mapping",
            "inference_mode",
            "lora_dropout",
            "eva_config",
            "megatron_core",
            "qalora_group_size",
            "ensure_weight_tying",
            "fan_in_fan_out", // PEFT itself sets it by the module that it finds
            "init_ia3_weights",
            "prompt_tuning_init",
            "prompt_tuning_init_text",
            "tokenizer_name_or_path",
            "tokenizer_kwargs",
            "init_weights",
            "id2label",
            "label2id");

    private final JsonNode json;
    private final String place;
    private final Set<String> taken = new HashSet<>(HARMLESS);
    private final List<String> problems = new ArrayList<>();

    /**
     * @param place the file, for the error
     */
    PeftKeys(JsonNode json, String place) {
        if (!json.isObject()) {
            throw new AdapterException(place + " is " + json.getNodeType() + "; allowed is an object");
        }
        this.json = json;
        this.place = place;
    }

    JsonNode take(String key) {
        taken.add(key);
        return json.path(key);
    }

    void problem(String key, String allowed) {
        problems.add(key + " is " + (json.has(key) ? json.get(key) : "missing") + "; allowed is " + allowed);
    }

    void only(String key, String allowed) {
        JsonNode given = take(key);
        if (!given.isNull() && !given.isMissingNode() && !given.asText().equals(allowed)) {
            problem(key, allowed);
        }
    }

    /** What is known, and turned off. */
    void zero(String key) {
        JsonNode given = take(key);
        if (!isOff(given) && !(given.isNumber() && given.asDouble() == 0)) {
            problem(key, "0");
        }
    }

    /** One of several texts, such as a {@code peft_type}. */
    <T> Optional<T> choice(String key, Map<String, T> allowed) {
        Optional<T> chosen = Optional.ofNullable(allowed.get(take(key).asText()));
        if (chosen.isEmpty()) {
            problem(key, "one of " + new TreeSet<>(allowed.keySet()));
        }
        return chosen;
    }

    boolean flag(String key) {
        JsonNode given = take(key);
        if (!given.isMissingNode() && !given.isNull() && !given.isBoolean()) {
            problem(key, "true or false");
        }
        return given.asBoolean(false);
    }

    /** A whole number from 1. */
    int size(String key) {
        return (int) number(key, take(key), true);
    }

    /** A number above 0. */
    double number(String key) {
        return number(key, take(key), false);
    }

    private double number(String key, JsonNode given, boolean whole) {
        if (!(whole ? given.isInt() && given.asInt() > 0 : given.isNumber() && given.asDouble() > 0)
                || Double.isInfinite(given.asDouble())) {
            problem(key, whole ? "a whole number from 1" : "a number above 0");
            return 1;
        }
        return given.asDouble();
    }

    /** Ranks by a pattern of names. */
    Map<String, Integer> ranks(String key) {
        return patterns(key, each -> (int) number(key, each, true));
    }

    /** Alphas by a pattern of names. */
    Map<String, Double> alphas(String key) {
        return patterns(key, each -> number(key, each, false));
    }

    private <T> Map<String, T> patterns(String key, Function<JsonNode, T> value) {
        Map<String, T> patterns = new LinkedHashMap<>();
        JsonNode given = take(key);
        if (!given.isObject() && !isOff(given)) {
            problem(key, "an object of names and numbers");
        }
        given.fields().forEachRemaining(entry -> {
            if (isPattern(key, entry.getKey())) {
                patterns.put(entry.getKey(), value.apply(entry.getValue()));
            }
        });
        return patterns;
    }

    private boolean isPattern(String key, String regex) {
        try {
            Pattern.compile(regex);
            return true;
        } catch (PatternSyntaxException e) {
            problem(key, "a regular expression (" + e.getDescription() + ")");
            return false;
        }
    }

    /** A list of last parts of names, or a regular expression of whole names, but for those that are excluded. */
    Targets targets() {
        if (isOff(take("target_modules"))) {
            problem("target_modules", "a list of names or a regular expression");
        }
        Targets included = modules("target_modules").orElse(new Targets.AllLinear());
        return modules("exclude_modules")
                .<Targets>map(excluded -> new Targets.Except(included, excluded))
                .orElse(included);
    }

    /** As {@link #targets}, of another key. */
    Optional<Targets> modules(String key) {
        JsonNode given = take(key);
        if (isOff(given)) {
            return Optional.empty();
        }
        if (given.asText().equals(Targets.ALL_LINEAR)) {
            return Optional.of(new Targets.AllLinear());
        }
        if (given.isTextual() && isPattern(key, given.asText())) {
            return Optional.of(new Targets.Matching(given.asText()));
        }
        if (areTexts(given)) {
            // PEFT lists a head that all-linear meant as well, and adapts nothing of what is stored as a whole.
            List<String> names = texts(given).stream()
                    .filter(name -> !Modules.isHead(name) || name.startsWith("lm_head"))
                    .toList();
            return Optional.of(new Targets.Named(names.isEmpty() ? texts(given) : names));
        }
        if (!given.isTextual()) {
            problem(key, "a list of names or a regular expression");
        }
        return Optional.empty();
    }

    /** Modules that are stored as a whole. */
    List<String> saved() {
        JsonNode given = take("modules_to_save");
        if (!isOff(given) && !areTexts(given)) {
            problem("modules_to_save", "a list of names");
        }
        return texts(given).stream().sorted().toList();
    }

    /** What LoRA started with. */
    LoraStart start() {
        String key = "init_lora_weights";
        JsonNode start = take(key);
        String name = start.asText().toLowerCase(Locale.ROOT);
        if (name.equals("pissa")) {
            return LoraStart.PISSA;
        }
        if (!isOff(start)
                && !start.isBoolean()
                && !Set.of("gaussian", "orthogonal", "eva").contains(name)) {
            problem(
                    key,
                    "true, false, gaussian, orthogonal, eva or pissa: others change the base model by what is not"
                            + " in the adapter (PEFT stores it as plain LoRA with"
                            + " save_pretrained(path_initial_model_for_weight_conversion=...))");
        }
        return LoraStart.NOISE;
    }

    /**
     * @throws AdapterException with all that was wrong, keys that nobody took among it
     */
    void requireUnderstood() {
        json.fields().forEachRemaining(entry -> {
            if (!taken.contains(entry.getKey()) && !isOff(entry.getValue())) {
                problem(entry.getKey(), "to leave it out: it is not understood here");
            }
        });
        if (!problems.isEmpty()) {
            throw new AdapterException(place + ": " + String.join(", ", problems));
        }
    }

    private static boolean isOff(JsonNode value) {
        return value.isMissingNode()
                || value.isNull()
                || value.isBoolean() && !value.asBoolean()
                || value.isContainerNode() && value.isEmpty();
    }

    private static boolean areTexts(JsonNode list) {
        boolean texts = list.isArray();
        for (JsonNode each : list) {
            texts &= each.isTextual() && !each.asText().isBlank();
        }
        return texts;
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        if (list.isArray()) {
            list.forEach(each -> texts.add(each.asText()));
        }
        return texts;
    }
}
