// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.checkpoint.BaseModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What {@code adapter_config.json} says of a LoRA classifier. PEFT ignores much that is wrong in silence; here each key is
 * understood, known to change nothing, turned off, or refused by its name.
 *
 * @param r rank where no pattern says another
 * @param alpha {@code lora_alpha} where no pattern says another
 * @param rsLora the change is scaled by alpha / sqrt(r) (Kalajdzievski 2023), not by alpha / r
 * @param dora the rows of the changed matrix are scaled to learnt lengths (Liu et al. 2024)
 * @param pissa the base lacks its principal components (Meng et al. 2024), which the adapter started from
 * @param targets whether a linear map, given its name in the model, is adapted
 * @param ranks rank by a pattern of names, the first that matches
 * @param alphas alpha by a pattern of names
 */
record PeftConfig(
        int r,
        double alpha,
        boolean rsLora,
        boolean dora,
        boolean pissa,
        Predicate<String> targets,
        Map<Pattern, Double> ranks,
        Map<Pattern, Double> alphas) {
    private static final String MINILM_HUB_NAME = "sentence-transformers/all-MiniLM-L6-v2";
    private static final ObjectMapper JSON = new ObjectMapper();

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
            "id2label",
            "label2id");

    /** Starts that leave the base model as it is. */
    private static final Set<String> STARTS = Set.of("gaussian", "orthogonal", "eva");

    private static final Set<String> SAVED = Set.of("classifier", "pooler", "score");

    int rank(String module) {
        return first(ranks, module).map(Double::intValue).orElse(r);
    }

    /** The factor of B A. */
    double scale(String module) {
        int rank = rank(module);
        return first(alphas, module).orElse(alpha) / (rsLora ? Math.sqrt(rank) : rank);
    }

    private static Optional<Double> first(Map<Pattern, Double> patterns, String module) {
        return patterns.entrySet().stream()
                .filter(entry -> entry.getKey().matcher(module).lookingAt())
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /**
     * @param place the file, for the error
     * @throws AdapterException that names each key which is not allowed
     */
    static PeftConfig read(JsonNode json, String place) {
        if (!json.isObject()) {
            throw new AdapterException(place + " is " + json.getNodeType() + "; allowed is an object");
        }
        Reader in = new Reader(json);
        in.only("peft_type", "LORA", true);
        in.only("task_type", "SEQ_CLS", true);
        in.only("bias", "none", false);
        in.saved();
        boolean pissa = in.pissa();
        Predicate<String> excluded = in.modules("exclude_modules", false);
        Predicate<String> targets = in.modules("target_modules", true);
        Predicate<String> saved = in.savedModules();
        PeftConfig config = new PeftConfig(
                (int) in.number("r", in.json.path("r"), true),
                in.number("lora_alpha", in.json.path("lora_alpha"), false),
                in.flag("use_rslora"),
                in.flag("use_dora"),
                pissa,
                module -> targets.test(module) && !excluded.test(module) && !saved.test(module),
                in.patterns("rank_pattern", true),
                in.patterns("alpha_pattern", false));
        in.nothingElse();
        if (!in.problems.isEmpty()) {
            throw new AdapterException(place + ": " + String.join(", ", in.problems));
        }
        return config;
    }

    /** What PEFT needs to load an adapter that was trained here. */
    static ObjectNode json(String base, LoraSettings lora, Pooling pooling) {
        ObjectNode json = JSON.createObjectNode();
        json.put("peft_type", "LORA").put("task_type", "SEQ_CLS").put("inference_mode", true);
        json.put("base_model_name_or_path", base.equals(BaseModel.MINILM) ? MINILM_HUB_NAME : base);
        json.putNull("revision");
        json.put("r", lora.r()).put("lora_dropout", lora.loraDropout());
        if (lora.loraAlpha() == Math.rint(lora.loraAlpha())) {
            json.put("lora_alpha", (long) lora.loraAlpha());
        } else {
            json.put("lora_alpha", lora.loraAlpha());
        }
        ArrayNode targets = json.putArray("target_modules");
        lora.targetModules().forEach(targets::add);
        // "dense" would also match the pooler, which is trained as a whole.
        json.put("exclude_modules", ".*pooler.*");
        ArrayNode saved = json.putArray("modules_to_save");
        pooling.modulesToSave().forEach(saved::add);
        json.put("bias", "none")
                .put("fan_in_fan_out", false)
                .put("use_rslora", false)
                .put("use_dora", false);
        // Where a key does not match, PEFT keeps its start value: with true that value changes nothing.
        json.put("init_lora_weights", true);
        json.putObject("rank_pattern");
        json.putObject("alpha_pattern");
        return json;
    }

    /** Takes keys one by one and remembers which, and what is wrong with them. */
    private static final class Reader {
        private final JsonNode json;
        private final Set<String> taken = new java.util.HashSet<>(HARMLESS);
        private final List<String> problems = new ArrayList<>();

        Reader(JsonNode json) {
            this.json = json;
        }

        private JsonNode take(String key) {
            taken.add(key);
            return json.path(key);
        }

        private void problem(String key, String allowed) {
            problems.add(key + " is " + (json.has(key) ? json.get(key) : "missing") + "; allowed is " + allowed);
        }

        void only(String key, String allowed, boolean required) {
            JsonNode given = take(key);
            if (given.isNull() || given.isMissingNode()
                    ? required
                    : !given.asText().equals(allowed)) {
                problem(key, allowed);
            }
        }

        boolean flag(String key) {
            JsonNode given = take(key);
            if (!given.isMissingNode() && !given.isNull() && !given.isBoolean()) {
                problem(key, "true or false");
            }
            return given.asBoolean(false);
        }

        double number(String key, JsonNode given, boolean whole) {
            taken.add(key);
            if (!(whole ? given.isInt() && given.asInt() > 0 : given.isNumber() && given.asDouble() > 0)
                    || Double.isInfinite(given.asDouble())) {
                problem(key, whole ? "a whole number from 1" : "a number above 0");
                return 1;
            }
            return given.asDouble();
        }

        Map<Pattern, Double> patterns(String key, boolean whole) {
            Map<Pattern, Double> patterns = new LinkedHashMap<>();
            JsonNode given = take(key);
            if (!given.isObject() && !isOff(given)) {
                problem(key, "an object of names and numbers");
            }
            given.fields()
                    .forEachRemaining(entry -> pattern(key, "(.*\\.)?(" + entry.getKey() + ")$")
                            .ifPresent(pattern -> patterns.put(pattern, number(key, entry.getValue(), whole))));
            return patterns;
        }

        private Optional<Pattern> pattern(String key, String regex) {
            try {
                return Optional.of(Pattern.compile(regex));
            } catch (PatternSyntaxException e) {
                problem(key, "a regular expression (" + e.getDescription() + ")");
                return Optional.empty();
            }
        }

        /** A list of last parts of names, or a regular expression of whole names. */
        Predicate<String> modules(String key, boolean required) {
            JsonNode given = take(key);
            if (required && given.asText().equals("all-linear")) {
                return module -> true;
            }
            if (given.isTextual()) {
                return pattern(key, given.asText())
                        .<Predicate<String>>map(
                                pattern -> module -> pattern.matcher(module).matches())
                        .orElse(module -> false);
            }
            if (required ? !areTexts(given) || given.isEmpty() : !isOff(given) && !areTexts(given)) {
                problem(key, "a list of names or a regular expression");
            }
            List<String> names = texts(given);
            return module -> names.stream().anyMatch(name -> LoraSettings.matches(name, module));
        }

        void saved() {
            JsonNode given = take("modules_to_save");
            if (!isOff(given) && (!areTexts(given) || !SAVED.containsAll(texts(given)))) {
                problem("modules_to_save", "a list of classifier and pooler");
            }
        }

        /** PEFT adapts nothing of what is saved as a whole. */
        Predicate<String> savedModules() {
            List<String> names = texts(json.path("modules_to_save"));
            return module -> names.stream().anyMatch(name -> ("." + module + ".").contains("." + name + "."));
        }

        boolean pissa() {
            JsonNode start = take("init_lora_weights");
            if (start.isTextual() && start.asText().equals("pissa")) {
                return true;
            }
            if (!start.isMissingNode()
                    && !start.isNull()
                    && !start.isBoolean()
                    && !STARTS.contains(start.asText().toLowerCase(java.util.Locale.ROOT))) {
                problem(
                        "init_lora_weights",
                        "true, false, gaussian, orthogonal, eva or pissa: others change the base model by what is not"
                                + " in the adapter (PEFT stores it as plain LoRA with"
                                + " save_pretrained(path_initial_model_for_weight_conversion=...))");
            }
            return false;
        }

        void nothingElse() {
            json.fields().forEachRemaining(entry -> {
                if (!taken.contains(entry.getKey()) && !isOff(entry.getValue())) {
                    problem(entry.getKey(), "to leave it out: it is not understood here");
                }
            });
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
}
