// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.checkpoint.Tensor;
import dev.graft.config.Settings;
import dev.graft.model.HeadKind;
import dev.graft.nn.Quantization;
import dev.graft.storage.Sha256;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What stands beside an adapter, for readers: whose it is, what it covers, and how large it became. */
final class AdapterManifest {
    static final String FILE = "adapter_manifest.json";
    static final String CARD = "model-card.md";

    private static final ObjectMapper JSON = new ObjectMapper();

    private AdapterManifest() {}

    static ObjectNode of(AdaptedModel model, Collection<Tensor> stored) {
        ModelFolder files = model.files();
        ObjectNode json = JSON.createObjectNode();
        ObjectNode base = json.putObject("base");
        base.put("name", files.folder().toString())
                .put("sha256", files.weights().sha256())
                .put("quantization", Settings.name(model.quantization()));
        json.put("tokenizer_sha256", Sha256.of(files.tokenizer()));
        files.chatTemplate().ifPresent(template -> json.put("chat_template_sha256", Sha256.of(template)));
        json.put("method", model.method().toString());
        json.put("head", model.head().name().toLowerCase(Locale.ROOT));
        PeftMethods.put(json, "labels", model.labels());
        json.put("dtype", "F32").put("trained_parameters", trained(model));
        ObjectNode coverage = json.putObject("coverage");
        coverage(model).forEach((target, counts) -> coverage.put(target, counts[0] + " of " + counts[1]));
        ObjectNode norms = json.putObject("norms");
        for (Tensor tensor : stored) {
            double squares = 0;
            for (float value : tensor.values()) {
                squares += (double) value * value;
            }
            norms.put(tensor.name(), Math.sqrt(squares));
        }
        return json;
    }

    /** Of each last part of the linear maps' names, how many are adapted. */
    private static Map<String, int[]> coverage(AdaptedModel model) {
        Map<String, int[]> coverage = new TreeMap<>();
        for (String map : model.maps()) {
            int[] counts = coverage.computeIfAbsent(map.substring(map.lastIndexOf('.') + 1), any -> new int[2]);
            counts[0] += model.adapters().containsKey(map) ? 1 : 0;
            counts[1]++;
        }
        return coverage;
    }

    private static long trained(AdaptedModel model) {
        return model.parameters().values().stream().mapToLong(NDArray::size).sum();
    }

    /**
     * @throws AdapterException if the adapter was trained on other weights than these
     */
    static void requireBase(JsonNode manifest, ModelFolder base, String place) {
        String trained = manifest.at("/base/sha256").asText();
        String given = base.weights().sha256();
        if (!trained.equals(given)) {
            throw new AdapterException(place + ": the adapter was trained on " + manifest.at("/base/name")
                    + ", whose weights have the SHA-256 " + trained + ", but those of " + base.folder() + " have "
                    + given
                    + "; allowed is the same base model");
        }
    }

    static Quantization quantization(JsonNode manifest, String place) {
        String given = manifest.at("/base/quantization").asText("none");
        return Arrays.stream(Quantization.values())
                .filter(each -> Settings.name(each).equals(given))
                .findFirst()
                .orElseThrow(() -> new AdapterException(place + ": base.quantization is " + given
                        + "; allowed are none, int8, nf4, nf4-double and stored"));
    }

    static String card(AdaptedModel model, String library) {
        long all = model.files().weights().tensors().stream()
                .mapToLong(Tensor::size)
                .sum();
        String labels = model.labels().isEmpty() ? "" : "| classes | " + String.join(", ", model.labels()) + " |\n";
        if (model.head() == HeadKind.SEQUENCE) {
            labels = "| problem type | " + model.problem().key() + " |\n" + labels;
        }
        return """
                ---
                %sbase_model: %s
                ---
                # An adapter of %s

                | | |
                | --- | --- |
                | method | `%s` |
                | head | %s |
                %s| trained parameters | %,d, %.2f %% of the base model's %,d |

                The base model's SHA-256, what the adapter covers and the norms of its parameters stand in `%s`.
                """.formatted(
                        library.isEmpty() ? "" : "library_name: " + library + "\n",
                        model.files().folder().getFileName(),
                        model.files().folder().getFileName(),
                        model.method(),
                        model.head().name().toLowerCase(Locale.ROOT),
                        labels,
                        trained(model),
                        100.0 * trained(model) / all,
                        all,
                        FILE);
    }
}
