// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.config.Settings;
import dev.graft.model.Adaptation;
import dev.graft.model.Architectures;
import dev.graft.model.HeadKind;
import dev.graft.model.Model;
import dev.graft.model.Modules;
import dev.graft.nn.Context;
import dev.graft.nn.Dense;
import dev.graft.nn.Pass;
import dev.graft.nn.Quantization;
import dev.graft.nn.TokenBatch;
import dev.graft.nn.engine.GradMode;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;

/** Adapters folded into the weights of their base model, in 32 bits, so that what comes out needs none of this. */
public final class Merge {
    /** As many tokens are compared as tell a wrong merge from a rounded one. */
    private static final int COMPARED = 24;

    private Merge() {}

    /** As {@link #adapters(ModelFolder, List, List, boolean, BiConsumer)}, of adapters whose base was kept as it is. */
    public static ModelFolder adapters(
            ModelFolder base, List<Path> adapters, List<Double> shares, BiConsumer<Path, Double> told) {
        return adapters(base, adapters, shares, false, told);
    }

    /**
     * Adapters of one base model and one task, folded into it.
     *
     * @param shares of each; empty for the mean
     * @param quantized whether adapters that were trained on a base in few bits go into what those bits say, and are not refused
     * @param told the largest difference between an adapter's outputs and those of the model that it alone is merged into
     * @throws AdapterException if an adapter is another base model's, or another task's than the first
     */
    public static ModelFolder adapters(
            ModelFolder base,
            List<Path> adapters,
            List<Double> shares,
            boolean quantized,
            BiConsumer<Path, Double> told) {
        List<Weights> all = new ArrayList<>();
        AdapterFolder first = AdapterFolder.read(adapters.get(0), List.of());
        for (Path each : adapters) {
            AdapterFolder adapter = AdapterFolder.read(each, List.of());
            if (adapter.head() != first.head()
                    || !adapter.labels().equals(first.labels())
                    || adapter.problem() != first.problem()) {
                throw new AdapterException(each + " is for " + task(adapter) + ", but "
                        + adapters.get(0) + " for " + task(first)
                        + "; allowed are adapters of one task");
            }
            // Blocks of the file are what the base says.
            Quantization kept =
                    adapter.quantization() == Quantization.STORED ? Quantization.NONE : adapter.quantization();
            if (kept != Quantization.NONE && !quantized) {
                throw new AdapterException(each + " was trained on a base that was kept as " + Settings.name(kept)
                        + ", which other weights than the base's would go with; allowed with --quantized-base, which merges"
                        + " it into the rounded weights that it was trained on");
            }
            try (AdaptedModel model = adapter.on(base, kept, Device.cpu())) {
                Weights weights = weights(model);
                told.accept(
                        each,
                        difference(model, model(base, adapter.head(), adapter.labels(), adapter.problem(), weights)));
                all.add(weights);
            }
        }
        boolean whole = all.size() == 1 && shares.isEmpty();
        List<Double> given = shares.isEmpty() ? Collections.nCopies(all.size(), 1.0 / all.size()) : shares;
        return model(
                base,
                first.head(),
                first.labels(),
                first.problem(),
                whole ? all.get(0) : weighted(base.weights(), all, given));
    }

    private static String task(AdapterFolder adapter) {
        return adapter.head() + " " + adapter.labels()
                + (adapter.head() == HeadKind.SEQUENCE
                        ? ", " + adapter.problem().key()
                        : "");
    }

    /**
     * All tensors of the model that gives what an adapted one gives, by the names of its checkpoint.
     *
     * @throws AdapterException if its method is more than linear maps: no weights give the same
     */
    public static Weights weights(AdaptedModel model) {
        Method method = model.method();
        if (method instanceof Bottleneck || method instanceof PrefixTuning || method instanceof PromptTuning) {
            throw new AdapterException(
                    method + " can't be merged: it is more than other weights; allowed are lora, ia3 and"
                            + " what trains the model itself");
        }
        if (model.pooling().filter(Pooling.MEAN::equals).isPresent()) {
            throw new AdapterException(
                    "a classifier that looks at the mean can't be merged: transformers has no class for it");
        }
        SortedMap<String, Tensor> merged = new TreeMap<>();
        model.files().weights().tensors().forEach(tensor -> {
            // Beside a new head, transformers wants the names as a model with a head has them.
            String name = model.head() == HeadKind.NONE
                    ? tensor.name()
                    : model.modules().full(tensor.name());
            merged.put(name, tensor.named(name));
        });
        for (Tensor tensor : model.weights().tensors()) {
            if (model.isWhole(tensor.name())) {
                put(merged, model, tensor);
            }
        }
        model.quantized().forEach((name, dense) -> {
            try (NDManager scope = model.manager().newSubManager()) {
                put(
                        merged,
                        model,
                        tensor(
                                name + ".weight",
                                dense.weight(scope),
                                model.modules().isTurned(name + ".weight"),
                                scope));
            }
        });
        model.adapters().forEach((name, linear) -> {
            try (GradMode off = GradMode.off();
                    NDManager scope = model.manager().newSubManager()) {
                Dense dense = linear.merged(scope);
                put(
                        merged,
                        model,
                        tensor(name + ".weight", dense.weight(), model.modules().isTurned(name + ".weight"), scope));
                if (dense.bias() != null) {
                    put(merged, model, tensor(name + ".bias", dense.bias(), false, scope));
                }
            }
        });
        return new Weights(merged.values());
    }

    private static void put(Map<String, Tensor> merged, AdaptedModel model, Tensor tensor) {
        String name = model.head() == HeadKind.NONE ? model.modules().stored(tensor.name()) : tensor.name();
        merged.put(name, tensor.named(name));
    }

    private static Tensor tensor(String name, NDArray array, boolean turned, NDManager scope) {
        NDArray stored = turned ? Mergeable.within(scope, array.transpose()) : array;
        return Tensor.of(name, stored.getShape().getShape(), stored.toFloatArray());
    }

    /**
     * The mean or the sum of several adapters of one base model: {@code base + sum of share (merged - base)}, tensor by tensor. What
     * the base lacks, a new head, is the mean of the adapters' by their shares.
     *
     * @param merged of each adapter, all of the same names and shapes
     * @param shares as many, of a sum that is not 0
     */
    public static Weights weighted(Weights base, List<Weights> merged, List<Double> shares) {
        double sum = shares.stream().mapToDouble(Double::doubleValue).sum();
        if (merged.isEmpty() || merged.size() != shares.size() || !(Math.abs(sum) > 0) || !Double.isFinite(sum)) {
            throw new IllegalArgumentException(merged.size() + " adapters with the shares " + shares
                    + "; allowed is a number for each, of a sum that is not 0");
        }
        for (Weights each : merged) {
            for (Tensor tensor : merged.get(0).tensors()) {
                if (!each.names().equals(merged.get(0).names())
                        || !Arrays.equals(each.tensor(tensor.name()).shape(), tensor.shape())) {
                    throw new AdapterException(
                            "adapters with other parameters or shapes can't be merged into one: " + tensor.name());
                }
            }
        }
        List<Tensor> all = new ArrayList<>();
        for (Tensor tensor : merged.get(0).tensors()) {
            String name = tensor.name();
            all.add(new Tensor(name, tensor.shape(), to -> {
                boolean known = base.names().contains(name)
                        && Arrays.equals(base.tensor(name).shape(), tensor.shape());
                float[] start = known ? base.tensor(name).values() : new float[tensor.size()];
                double[] values = new double[start.length];
                for (int i = 0; i < merged.size(); i++) {
                    float[] own = merged.get(i).tensor(name).values();
                    double share = known ? shares.get(i) : shares.get(i) / sum;
                    for (int k = 0; k < values.length; k++) {
                        values[k] += share * (own[k] - start[k]);
                    }
                }
                FloatBuffer floats = to.asFloatBuffer();
                for (int k = 0; k < values.length; k++) {
                    floats.put((float) (start[k] + values[k]));
                }
            }));
        }
        return new Weights(all);
    }

    /**
     * The merged model as a folder would hold it, to be written by {@link dev.graft.checkpoint.FolderWriter} or
     * {@link dev.graft.checkpoint.GgufWriter}.
     *
     * @param base whose configuration and tokenizer it has
     * @param labels of a head of classes; empty where the base says them
     * @param problem what the logits of a head for texts mean
     * @throws AdapterException if a value is not finite
     */
    public static ModelFolder model(
            ModelFolder base, HeadKind head, List<String> labels, ProblemType problem, Weights weights) {
        for (Tensor tensor : weights.tensors()) {
            tensor.requireFinite(FloatBuffer.wrap(tensor.values()), "the merged model");
        }
        return new ModelFolder(
                base.folder(), config(base, head, labels, problem), weights, base.tokenizer(), base.chatTemplate());
    }

    /** The largest difference between what an adapted model and a merged one give for the same tokens. */
    public static double difference(AdaptedModel adapted, ModelFolder merged) {
        float[] expected = outputs(adapted.model(), adapted.head(), adapted.manager());
        try (NDManager manager = NDManager.newBaseManager(adapted.manager().getDevice(), "PyTorch")) {
            Modules modules = new Modules(merged.weights(), merged.configFile(), manager, Adaptation.NONE);
            Model model = Architectures.build(merged.config(), merged.configFile(), modules, adapted.head());
            float[] given = outputs(model, adapted.head(), manager);
            double largest = 0;
            for (int i = 0; i < expected.length; i++) {
                largest = Math.max(largest, Math.abs(expected[i] - given[i]));
            }
            return largest;
        }
    }

    private static float[] outputs(Model model, HeadKind head, NDManager manager) {
        try (GradMode off = GradMode.off();
                NDManager scope = manager.newSubManager()) {
            long[] ids = LongStream.range(1, 1 + Math.min(COMPARED, model.positions() - 3))
                    .map(i -> i * 7919 % model.vocabulary())
                    .toArray();
            TokenBatch batch = TokenBatch.padded(List.of(ids), scope);
            Context context = Context.of(batch.layout(), scope, Pass.EVALUATION);
            NDArray states = model.states(batch.ids(), context);
            return (head == HeadKind.NONE ? states : model.logits(states, context)).toFloatArray();
        }
    }

    private static ObjectNode config(ModelFolder base, HeadKind head, List<String> labels, ProblemType problem) {
        ObjectNode json = base.config().deepCopy();
        if (!labels.isEmpty()) {
            ObjectNode names = json.putObject("id2label");
            ObjectNode ids = json.putObject("label2id");
            for (int i = 0; i < labels.size(); i++) {
                names.put(Integer.toString(i), labels.get(i));
                ids.put(labels.get(i), i);
            }
        }
        if (head == HeadKind.SEQUENCE && !labels.isEmpty()) {
            json.put(AdapterFolder.PROBLEM, problem.key());
        }
        String kind = switch (head) {
            case SEQUENCE -> "ForSequenceClassification";
            case TOKENS -> "ForTokenClassification";
            case NONE, CAUSAL_LM, MASKED_LM -> "";
        };
        ArrayNode given = json.withArray("architectures");
        if (!kind.isEmpty() && !given.isEmpty()) {
            String family = given.get(0).asText().replaceFirst("(For[A-Z].*|LMHeadModel|Model)$", "");
            json.putArray("architectures").add(family + kind);
        }
        return json;
    }
}
