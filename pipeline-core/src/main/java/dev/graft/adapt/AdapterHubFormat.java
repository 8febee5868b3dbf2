// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.adapt.Bottleneck.Placement;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.model.HeadKind;
import dev.graft.model.Modules;
import dev.graft.nn.Activation;
import dev.graft.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Bottleneck adapters as the library adapters 1.x of AdapterHub keeps them: {@code adapter_config.json} with
 * {@code adapter.safetensors} or {@code pytorch_adapter.bin}, and {@code head_config.json} with {@code model_head.safetensors} or
 * {@code pytorch_model_head.bin} of a model whose head is one of transformers'.
 */
record AdapterHubFormat() implements AdapterFormat {
    static final String HEAD_CONFIG = "head_config.json";

    private static final String ADAPTER = "adapter.safetensors";
    private static final String HEAD = "model_head.safetensors";
    private static final String VERSION = "adapters.1.3.0";
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Map<String, Activation> NON_LINEARITIES = Map.of(
            "relu", Activation.RELU,
            "swish", Activation.SILU,
            "silu", Activation.SILU,
            "gelu", Activation.GELU,
            "gelu_new", Activation.GELU_TANH,
            "tanh", Activation.TANH);

    /** What counts only beside keys that are off, or at the start of a training. */
    private static final List<String> IDLE = List.of(
            "adapter_residual_before_ln",
            "factorized_phm_W",
            "factorized_phm_rule",
            "hypercomplex_nonlinearity",
            "init_weights",
            "init_weights_seed",
            "inv_adapter_reduction_factor",
            "learn_phm",
            "phm_bias",
            "phm_c_init",
            "phm_dim",
            "phm_init_range",
            "phm_rank",
            "shared_W_phm",
            "shared_phm_rule");

    @Override
    public String library() {
        return "adapters";
    }

    @Override
    public Weights stored(AdaptedModel model) {
        return new Weights(model.weights().tensors().stream()
                .map(tensor -> tensor.named(key(model, tensor.name())))
                .toList());
    }

    /** Without a head the base model's names lack their prefix. */
    private static String key(AdaptedModel model, String name) {
        String prefix = model.prefix();
        return model.head() == HeadKind.NONE && name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    }

    private static boolean isAdapter(String key) {
        return key.contains(".adapters.");
    }

    private static Weights part(Weights stored, boolean adapter) {
        return new Weights(stored.tensors().stream()
                .filter(tensor -> isAdapter(tensor.name()) == adapter)
                .toList());
    }

    @Override
    public void write(Path folder, AdaptedModel model, Weights stored) throws IOException {
        ObjectNode json = described(model, Bottleneck.NAME);
        json.set("config", config((Bottleneck) model.method()));
        RunDirectory.write(folder.resolve(AdapterFolder.CONFIG), json);
        AdapterFormat.write(folder.resolve(ADAPTER), part(stored, true));
        Weights head = part(stored, false);
        if (head.names().isEmpty()) {
            return;
        }
        ObjectNode of = described(model, null);
        of.putNull("config").put("num_labels", model.labels().size());
        ObjectNode ids = of.putObject("label2id");
        for (int i = 0; i < model.labels().size(); i++) {
            ids.put(model.labels().get(i), i);
        }
        RunDirectory.write(folder.resolve(HEAD_CONFIG), of);
        AdapterFormat.write(folder.resolve(HEAD), head);
    }

    private static ObjectNode described(AdaptedModel model, @org.jspecify.annotations.Nullable String name) {
        JsonNode config = model.files().config();
        ObjectNode json = JSON.createObjectNode();
        json.put("hidden_size", Widths.of(config).width());
        json.put("model_class", ModelClass.of(config, model.head()));
        json.put("model_name", model.files().folder().toString());
        json.put("model_type", config.path("model_type").asText());
        return json.put("name", name).put("version", VERSION);
    }

    private static ObjectNode config(Bottleneck method) {
        boolean parallel = method.placement() == Placement.PARALLEL;
        ObjectNode json = JSON.createObjectNode();
        json.put("mh_adapter", method.placement() == Placement.HOULSBY).put("output_adapter", true);
        json.put("is_parallel", parallel).put("reduction_factor", method.reduction());
        json.put("non_linearity", name(method.nonLinearity())).put("scaling", method.scale());
        json.put("original_ln_before", method.placement() == Placement.PFEIFFER).put("original_ln_after", true);
        json.put("residual_before_ln", true).put("adapter_residual_before_ln", false);
        json.put("ln_before", false).put("ln_after", false).put("use_gating", false);
        json.put("init_weights", parallel ? "mam_adapter" : "bert").put("dropout", 0.0);
        json.putNull("inv_adapter").put("cross_adapter", false).put("phm_layer", false);
        json.putArray("leave_out");
        return json;
    }

    private static String name(Activation activation) {
        return switch (activation) {
            case RELU -> "relu";
            case SILU -> "swish";
            case GELU -> "gelu";
            case GELU_TANH -> "gelu_new";
            case TANH -> "tanh";
        };
    }

    @Override
    public Content read(Path folder) {
        Path file = folder.resolve(AdapterFolder.CONFIG);
        JsonNode json = AdapterFolder.json(file);
        PeftKeys keys = new PeftKeys(json, file.toString());
        List.of("config", "hidden_size", "model_name", "model_type", "version").forEach(keys::take);
        String name = keys.take("name").asText(Bottleneck.NAME);
        HeadKind head = ModelClass.head(keys.take("model_class").asText()).orElseGet(() -> {
            keys.problem("model_class", "a class of transformers, whose head is not one of the library's own");
            return HeadKind.NONE;
        });
        keys.requireUnderstood();
        Bottleneck method = method(json.path("config"), file);
        List<Tensor> tensors = new ArrayList<>();
        String infix = ".adapters." + name + ".";
        for (Tensor tensor :
                AdapterFormat.tensors(folder, ADAPTER, "pytorch_adapter.bin").tensors()) {
            if (!tensor.name().contains(infix)) {
                throw new AdapterException(file + ": name is " + name + ", but what is stored is " + tensor.name());
            }
            tensors.add(tensor.named(tensor.name().replace(infix, ".adapters." + Bottleneck.NAME + ".")));
        }
        if (Files.isRegularFile(folder.resolve(HEAD_CONFIG))) {
            JsonNode config = AdapterFolder.json(folder.resolve(HEAD_CONFIG)).path("config");
            if (!config.isNull()) {
                throw new AdapterException(folder.resolve(HEAD_CONFIG) + ": config is " + config
                        + "; allowed is null: heads of the library's own are not known here");
            }
            tensors.addAll(AdapterFormat.tensors(folder, HEAD, "pytorch_model_head.bin")
                    .tensors());
        }
        return new Content(method, head, List.of(), new Weights(tensors));
    }

    private static Bottleneck method(JsonNode json, Path file) {
        PeftKeys keys = new PeftKeys(json, file + ": config");
        boolean attention = keys.flag("mh_adapter");
        boolean output = keys.flag("output_adapter");
        boolean parallel = keys.flag("is_parallel");
        boolean before = keys.flag("original_ln_before");
        Placement placement = parallel ? Placement.PARALLEL : before ? Placement.PFEIFFER : Placement.HOULSBY;
        if (!output || attention != (placement == Placement.HOULSBY)) {
            keys.problem(
                    "mh_adapter",
                    "with output_adapter, is_parallel and original_ln_before those of seq_bn, double_seq_bn or par_bn");
        }
        keys.only("original_ln_after", "true");
        keys.only("residual_before_ln", "true");
        keys.take("architecture");
        keys.zero("dropout");
        keys.zero("stochastic_depth");
        IDLE.forEach(keys::take);
        double reduction = keys.number("reduction_factor");
        if (reduction != Math.rint(reduction)) {
            keys.problem("reduction_factor", "a whole number from 1");
        }
        Optional<Activation> between = keys.choice("non_linearity", NON_LINEARITIES);
        double scale = keys.number("scaling");
        keys.requireUnderstood();
        return new Bottleneck(placement, (int) reduction, between.orElse(Activation.RELU), scale);
    }

    @Override
    public Weights named(AdaptedModel model, AdapterFolder adapter, String place) {
        return named(model, adapter.weights(), name -> key(model, name), place);
    }

    /** A head that was not trained, or that the folder leaves to the base model, is the base's. */
    static Weights named(
            AdaptedModel model, Weights stored, java.util.function.UnaryOperator<String> key, String place) {
        Set<String> unexpected = new TreeSet<>(stored.names());
        Set<String> missing = new TreeSet<>();
        List<Tensor> tensors = new ArrayList<>();
        Weights now = model.weights();
        for (String name : model.parameters().keySet()) {
            if (unexpected.remove(key.apply(name))) {
                tensors.add(stored.tensor(key.apply(name)).named(name));
            } else if (Modules.isHead(name) && model.isWhole(name) && !model.isDrawn(name)) {
                tensors.add(now.tensor(name));
            } else {
                missing.add(key.apply(name));
            }
        }
        unexpected.removeIf(name -> !isAdapter(name) && model.isOfTheBase(stored.tensor(name)));
        if (!missing.isEmpty() || !unexpected.isEmpty()) {
            throw new AdapterException(place + " does not fit the base model "
                    + model.files().folder() + ": missing keys " + missing + ", unexpected keys " + unexpected);
        }
        return new Weights(tensors);
    }
}
