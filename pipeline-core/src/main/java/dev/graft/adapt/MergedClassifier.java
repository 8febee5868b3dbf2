// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.graft.checkpoint.BaseModel;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.model.Encoder;
import dev.graft.nn.Dense;
import dev.graft.nn.Linear;
import dev.graft.nn.Pass;
import dev.graft.tokenize.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A trained sequence classifier for inference: a base encoder with an adapter merged into its weights in fp32
 * ({@code W + scale B A}; Hu et al. 2022, section 4.1), its pooler and its head. May be shared by threads.
 */
public final class MergedClassifier implements AutoCloseable {
    private static final String BERT = "bert.";
    private static final String POOLER = "pooler.dense";

    private final PeftFolder adapter;
    private final BaseModel base;
    private final NDManager manager;
    private final Set<String> unexpected;
    private final Set<String> missing = new TreeSet<>();
    private final Encoder encoder;
    private final @Nullable Linear pooler;
    private final Dense head;
    private final Tokenizer tokenizer;

    /** On the CPU. */
    public MergedClassifier(BaseModel base, PeftFolder adapter, int maxLength) {
        this(base, adapter, maxLength, Device.cpu());
    }

    /**
     * @param maxLength tokens of a text that are looked at, unless the adapter or the base model says fewer
     * @throws AdapterException if a key of the adapter is missing or left over, or a shape is not the base model's
     */
    public MergedClassifier(BaseModel base, PeftFolder adapter, int maxLength, Device device) {
        this.base = base;
        this.adapter = adapter;
        unexpected = new TreeSet<>(adapter.weights().names());
        manager = NDManager.newBaseManager(device, "PyTorch");
        try {
            encoder = new Encoder(base, manager, this::merged);
            int hidden = base.config().hiddenSize();
            pooler = switch (adapter.pooling()) {
                case FIRST -> pooler(hidden);
                case MEAN -> null;
            };
            head = saved(PeftFolder.HEAD, adapter.labels().size(), hidden);
            requireAllKeys();
            int longest = Math.min(maxLength, base.config().maxPositionEmbeddings());
            tokenizer = new Tokenizer(
                    base.tokenizer(), Math.min(longest, adapter.maxLength().orElse(longest)));
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    private Linear merged(String name, Dense dense) {
        String module = BERT + name;
        if (!adapter.config().targets().test(module)) {
            return dense;
        }
        int rank = adapter.config().rank(module);
        long out = dense.out();
        List<String> keys = List.of(".lora_A.weight", ".lora_B.weight", ".lora_magnitude_vector");
        List<long[]> shapes = List.of(new long[] {rank, dense.in()}, new long[] {out, rank}, new long[] {out});
        boolean whole = true;
        for (int i = 0; i < (adapter.config().dora() ? 3 : 2); i++) {
            whole &= take(module + keys.get(i), shapes.get(i));
        }
        if (whole) {
            try (NDManager scope = manager.newSubManager()) {
                merge(module, dense.weight(), scope);
            }
        }
        return dense;
    }

    private void merge(String module, NDArray weight, NDManager scope) {
        NDArray a = array(scope, module + ".lora_A.weight"); // (r, in)
        NDArray b = array(scope, module + ".lora_B.weight"); // (out, r)
        NDArray change = b.matMul(a).mul(adapter.config().scale(module)); // (out, in)
        weight.attach(scope);
        if (adapter.config().pissa()) {
            weight.subi(principalPart(weight, adapter.config().rank(module), scope));
        }
        weight.addi(change);
        if (adapter.config().dora()) {
            // Liu et al. 2024, equation 5: the length of each row of W + B A becomes what was learnt.
            NDArray lengths = weight.square().sum(new int[] {1}).sqrt(); // (out)
            weight.muli(
                    array(scope, module + ".lora_magnitude_vector").div(lengths).expandDims(1));
        }
        weight.attach(manager);
    }

    private static NDArray principalPart(NDArray weight, int rank, NDManager scope) {
        Shape shape = weight.getShape();
        float[] part = PrincipalPart.of(weight.toFloatArray(), (int) shape.get(0), (int) shape.get(1), rank);
        return scope.create(part, shape);
    }

    /** PEFT stores a pooler only where it was trained; else it is the base model's, if that has one. */
    private Linear pooler(int hidden) {
        boolean inBase = base.weights().names().contains(POOLER + ".weight");
        if (unexpected.contains(BERT + POOLER + ".weight") || !inBase) {
            return saved(BERT + POOLER, hidden, hidden);
        }
        return merged(POOLER, dense(base.weights(), POOLER));
    }

    private Dense saved(String name, long out, long in) {
        boolean whole = take(name + ".weight", out, in) & take(name + ".bias", out);
        if (!whole) {
            requireAllKeys();
        }
        return dense(adapter.weights(), name);
    }

    /** Whether the adapter has a tensor, which is then expected. */
    private boolean take(String name, long... shape) {
        if (!unexpected.remove(name)) {
            missing.add(PeftFolder.PREFIX + name);
            return false;
        }
        long[] given = adapter.weights().tensor(name).shape();
        if (!Arrays.equals(given, shape)) {
            throw new AdapterException(adapter.file() + ": " + PeftFolder.PREFIX + name + " is "
                    + Arrays.toString(given) + ", but with " + base.name() + " it is " + Arrays.toString(shape));
        }
        return true;
    }

    private void requireAllKeys() {
        if (!missing.isEmpty() || !unexpected.isEmpty()) {
            throw new AdapterException(adapter.file() + " does not fit " + PeftFolder.CONFIG + " and the base model "
                    + base.name() + ": missing keys " + missing + ", unexpected keys "
                    + unexpected.stream().map(name -> PeftFolder.PREFIX + name).toList());
        }
    }

    private NDArray array(NDManager owner, String name) {
        return array(owner, adapter.weights().tensor(name));
    }

    private static NDArray array(NDManager owner, Tensor tensor) {
        // A copy, so that the engine owns the memory: a created array only borrows the buffer that it was created from.
        try (NDArray lent = owner.create(tensor.values(), new Shape(tensor.shape()))) {
            return lent.duplicate();
        }
    }

    private Dense dense(Weights weights, String name) {
        return new Dense(
                array(manager, weights.tensor(name + ".weight")), array(manager, weights.tensor(name + ".bias")));
    }

    /** Names of the classes, by their index. */
    public List<String> labels() {
        return adapter.labels();
    }

    /** Logits [text][class]; the last bits of a row may depend on the other texts. */
    public float[][] logits(List<String> texts) {
        return ByLength.logits(texts, tokenizer, manager, batch -> {
            NDArray states = encoder.forward(batch.ids(), batch.mask(), Pass.EVALUATION); // (B, T, H)
            NDArray pooled = pooler == null
                    ? Pooling.mean(states, batch.mask())
                    : pooler.forward(states.get(":, 0"), Pass.EVALUATION).tanh(); // (B, H)
            return head.forward(pooled, Pass.EVALUATION); // (B, C)
        });
    }

    /** Probabilities [text][class]. */
    public double[][] probabilities(List<String> texts) {
        return Arrays.stream(logits(texts)).map(MergedClassifier::softmax).toArray(double[][]::new);
    }

    private static double[] softmax(float[] logits) {
        double[] exponents = new double[logits.length];
        double most = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            most = Math.max(most, logit);
        }
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            exponents[i] = Math.exp(logits[i] - most);
            sum += exponents[i];
        }
        for (int i = 0; i < exponents.length; i++) {
            exponents[i] /= sum;
        }
        return exponents;
    }

    @Override
    public void close() {
        tokenizer.close();
        manager.close();
    }
}
