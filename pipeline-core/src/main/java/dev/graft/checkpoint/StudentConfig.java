// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The shape of a student: a transformer whose decoder has a simpler simple recurrent unit (SSRU) in the place of
 * self-attention (Kim et al. 2019).
 *
 * @param sources pieces of the source vocabulary
 * @param targets pieces of the target vocabulary
 * @param shared whether both languages, and the output, have one matrix of embeddings
 * @param width of embeddings and states
 * @param feedForward width within the feed-forward layers; each map has its own shape in the file
 */
public record StudentConfig(
        int sources,
        int targets,
        boolean shared,
        int encoderLayers,
        int decoderLayers,
        int width,
        int heads,
        int feedForward) {

    /** What must have exactly this value (several, with a bar between): any other one is another computation. */
    private static final Map<String, String> FIXED = Map.ofEntries(
            Map.entry("type", "transformer"),
            Map.entry("dec-cell", "ssru"),
            Map.entry("transformer-decoder-autoreg", "rnn"),
            Map.entry("transformer-preprocess", ""),
            Map.entry("transformer-postprocess", "dan|an"),
            Map.entry("transformer-postprocess-emb", "d|"),
            Map.entry("transformer-postprocess-top", ""),
            Map.entry("transformer-ffn-activation", "relu"),
            Map.entry("transformer-ffn-depth", "2"),
            Map.entry("transformer-decoder-ffn-depth", "0|2"),
            Map.entry("transformer-train-position-embeddings", "false"),
            Map.entry("transformer-no-projection", "false"),
            Map.entry("transformer-no-bias", "false"),
            Map.entry("transformer-no-affine", "false"),
            Map.entry("transformer-rnn-projection", "false"),
            Map.entry("transformer-depth-scaling", "false"),
            Map.entry("transformer-pool", "false"),
            Map.entry("transformer-tied-layers", "[]"),
            Map.entry("tied-embeddings-src", "false|true"),
            Map.entry("input-types", "[]"),
            Map.entry("factors-dim-emb", "0"),
            Map.entry("factors-combine", "sum"),
            Map.entry("lemma-dim-emb", "0"),
            Map.entry("lemma-dependency", ""),
            Map.entry("output-omit-bias", "false"),
            Map.entry("output-approx-knn", "[]"),
            Map.entry("right-left", "false"),
            Map.entry("ulr", "false"));

    /** What a transformer with an SSRU, or a translation, does not look at. */
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "version",
            "bert-train-type-embeddings",
            "bert-type-vocab-size",
            "dec-cell-base-depth",
            "dec-cell-high-depth",
            "dim-rnn",
            "enc-cell",
            "enc-cell-depth",
            "enc-type",
            "layer-normalization",
            "skip",
            "transformer-aan-activation",
            "transformer-aan-depth",
            "transformer-aan-nogate",
            "transformer-dim-aan",
            "transformer-decoder-dim-ffn",
            "transformer-guided-alignment-layer",
            "ulr-dim-emb",
            "ulr-trainable-transformation");

    /**
     * @param file named in errors
     * @param yaml of the model's own settings
     * @throws CheckpointException with every setting that is missing, unknown, or asks for another computation
     */
    public static StudentConfig read(String file, String yaml) {
        Map<String, JsonNode> left = new TreeMap<>();
        try {
            new YAMLMapper()
                    .readTree(yaml)
                    .fields()
                    .forEachRemaining(entry -> left.put(entry.getKey(), entry.getValue()));
        } catch (JsonProcessingException e) {
            throw new CheckpointException(file + ": the settings are not YAML: " + e.getOriginalMessage(), e);
        }
        List<String> problems = new ArrayList<>();
        int[] vocabularies = new int[2];
        JsonNode given = left.remove("dim-vocabs");
        if (given == null
                || given.size() != 2
                || given.get(0).asInt() < 2
                || given.get(1).asInt() < 2) {
            problems.add("dim-vocabs = " + given + "; allowed are two sizes");
        } else {
            vocabularies = new int[] {given.get(0).asInt(), given.get(1).asInt()};
        }
        boolean shared = flag(left, "tied-embeddings-all", problems);
        if (!flag(left, "tied-embeddings", problems) && !shared) {
            problems.add("neither tied-embeddings nor tied-embeddings-all: an output of its own is not supported");
        }
        if (shared && vocabularies[0] != vocabularies[1]) {
            problems.add("tied-embeddings-all with vocabularies of " + vocabularies[0] + " and " + vocabularies[1]);
        }
        StudentConfig config = new StudentConfig(
                vocabularies[0],
                vocabularies[1],
                shared,
                count(left, "enc-depth", problems),
                count(left, "dec-depth", problems),
                count(left, "dim-emb", problems),
                count(left, "transformer-heads", problems),
                count(left, "transformer-dim-ffn", problems));
        if (config.width % (2 * Math.max(1, config.heads)) != 0) {
            problems.add("dim-emb = " + config.width + " is no even multiple of transformer-heads = " + config.heads);
        }
        left.forEach((key, value) -> {
            String allowed = FIXED.get(key);
            if (allowed == null) {
                if (!WITHOUT_EFFECT.contains(key)) {
                    problems.add(key + " = " + text(value) + " is not known");
                }
            } else if (!List.of(allowed.split("\\|", -1)).contains(text(value))) {
                problems.add(key + " = " + text(value) + "; allowed is \"" + allowed.replace("|", "\" or \"") + "\"");
            }
        });
        for (String needed : List.of("type", "dec-cell", "transformer-decoder-autoreg", "transformer-postprocess")) {
            if (!left.containsKey(needed)) {
                problems.add(needed + " is missing");
            }
        }
        if (!problems.isEmpty()) {
            throw new CheckpointException(
                    file + ": this model can't be computed here:\n  " + String.join("\n  ", problems));
        }
        return config;
    }

    private static String text(JsonNode value) {
        return value.isValueNode() ? value.asText() : value.toString();
    }

    private static boolean flag(Map<String, JsonNode> left, String key, List<String> problems) {
        JsonNode value = left.remove(key);
        if (value != null && !value.isBoolean()) {
            problems.add(key + " = " + text(value) + "; allowed is true or false");
        }
        return value != null && value.asBoolean();
    }

    private static int count(Map<String, JsonNode> left, String key, List<String> problems) {
        JsonNode value = left.remove(key);
        if (value == null || !value.isInt() || value.asInt() < 1) {
            problems.add(
                    key + (value == null ? " is missing" : " = " + text(value) + "; allowed is a positive number"));
            return 1;
        }
        return value.asInt();
    }
}
