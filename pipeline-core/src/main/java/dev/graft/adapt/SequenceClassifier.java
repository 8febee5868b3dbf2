// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.graft.checkpoint.BaseModel;
import dev.graft.checkpoint.Weights;
import dev.graft.model.Encoder;
import dev.graft.nn.Dense;
import dev.graft.nn.Dropout;
import dev.graft.nn.Factor;
import dev.graft.nn.Linear;
import dev.graft.nn.Pass;
import dev.graft.tokenize.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A frozen encoder with LoRA, a {@link Pooling} and a head. With the first token it is transformers'
 * BertForSequenceClassification: the last hidden state goes through the pooler, dropout and the head. LoRA, pooler and
 * head are trained. B is the batch, T the tokens, H the hidden width, C the classes.
 */
public final class SequenceClassifier implements AutoCloseable {
    private static final double INITIALIZER_RANGE = 0.02;
    private static final String POOLER = "pooler.dense.";

    private final BaseModel base;
    private final LoraSettings lora;
    private final List<String> labels;
    private final int maxLength;
    private final NDManager manager;
    private final Tokenizer tokenizer;
    private final Parameters parameters;
    private final Encoder encoder;
    private final Pooling pooling;
    private final @Nullable Dense pooler;
    private final Dropout dropout;
    private final Dense head;

    /**
     * An untrained classifier. A pooler that the base model lacks, the head and LoRA's A are drawn from the seed.
     *
     * @param labels names of the classes; the index is the class
     * @param pooling what the head sees
     * @param maxLength tokens that a text is cut to, the special ones included
     * @throws IllegalArgumentException if there are no labels, one stands twice, {@code maxLength} is beyond the base
     *     model, or a target module is not in it
     */
    public SequenceClassifier(
            BaseModel base,
            LoraSettings lora,
            List<String> labels,
            Pooling pooling,
            int maxLength,
            long seed,
            Device device) {
        if (labels.isEmpty() || labels.stream().distinct().count() < labels.size()) {
            throw new IllegalArgumentException("labels are " + labels + "; allowed is one or more, each once");
        }
        int longest = base.config().maxPositionEmbeddings();
        if (maxLength < 3 || maxLength > longest) {
            throw new IllegalArgumentException(
                    "max-length is " + maxLength + "; allowed with " + base.name() + " is from 3 to " + longest);
        }
        this.base = base;
        this.lora = lora;
        this.labels = List.copyOf(labels);
        this.pooling = pooling;
        this.maxLength = maxLength;
        manager = NDManager.newBaseManager(device, "PyTorch");
        parameters = new Parameters(manager, seed);
        TreeSet<String> seen = new TreeSet<>();
        encoder = new Encoder(base, manager, (name, dense) -> {
            seen.add(name);
            return lora.targets(name) ? adapt("bert." + name, dense) : dense;
        });
        checkTargets(seen);
        tokenizer = new Tokenizer(base.tokenizer(), maxLength);
        int hidden = base.config().hiddenSize();
        pooler = switch (pooling) {
            case FIRST -> pooler(hidden);
            case MEAN -> null;
        };
        dropout = new Dropout(base.config().hiddenDropoutProb());
        head = new Dense(
                parameters.normal("classifier.weight", INITIALIZER_RANGE, labels.size(), hidden),
                parameters.zeros("classifier.bias", labels.size()));
    }

    /** Writes a folder that PEFT reads; what stood there is replaced at once, or not at all. */
    public void save(Path folder) {
        PeftFolder.write(folder, base.name(), lora, labels, pooling, maxLength, parameters.weights());
    }

    private Linear adapt(String name, Dense dense) {
        return new LoraLinear(
                dense,
                parameters.kaimingUniform(name + ".lora_A.weight", lora.r(), dense.in()),
                parameters.zeros(name + ".lora_B.weight", dense.out(), lora.r()),
                Factor.of(lora.scale(), manager),
                new Dropout(lora.loraDropout()),
                new Switch());
    }

    private Dense pooler(int hidden) {
        String weight = "bert." + POOLER + "weight";
        String bias = "bert." + POOLER + "bias";
        if (base.weights().names().contains(POOLER + "weight")) {
            return new Dense(
                    parameters.copy(weight, base.weights().tensor(POOLER + "weight")),
                    parameters.copy(bias, base.weights().tensor(POOLER + "bias")));
        }
        return new Dense(parameters.normal(weight, INITIALIZER_RANGE, hidden, hidden), parameters.zeros(bias, hidden));
    }

    private void checkTargets(TreeSet<String> names) {
        for (String target : lora.targetModules()) {
            if (names.stream().noneMatch(name -> LoraSettings.matches(target, name))) {
                manager.close();
                List<String> allowed = names.stream()
                        .map(name -> name.replaceFirst("encoder\\.layer\\.\\d+\\.", ""))
                        .distinct()
                        .toList();
                throw new IllegalArgumentException("target-modules names " + target + ", which " + base.name()
                        + " does not have; allowed are the last parts of " + allowed);
            }
        }
    }

    /** (B, T) to logits (B, C), owned by the manager of the batch. */
    public NDArray forward(Tokenizer.Batch batch, Pass pass) {
        NDArray states = encoder.forward(batch.ids(), batch.mask(), pass); // (B, T, H)
        NDArray pooled = pooler == null
                ? Pooling.mean(states, batch.mask())
                : pooler.forward(states.get(":, 0"), pass).tanh(); // (B, H)
        return head.forward(dropout.apply(pooled, pass), pass); // (B, C)
    }

    /**
     * Logits [text][class] without dropout, in the order of the texts. Texts of like length share a batch, so the last
     * bits of a row may depend on the others.
     */
    public float[][] logits(List<String> texts) {
        return ByLength.logits(texts, tokenizer, manager, batch -> forward(batch, Pass.EVALUATION));
    }

    /** The trained parameters by their Hugging Face names, in alphabetical order. */
    public SortedMap<String, NDArray> parameters() {
        return parameters.arrays();
    }

    /** What the trained parameters hold now, copied. */
    public Weights weights() {
        return parameters.weights();
    }

    /**
     * Puts values in the place of all trained parameters.
     *
     * @param place where the values are from, for the error
     * @throws AdapterException if a name is missing or unexpected, or a shape differs
     */
    public void restore(Weights weights, String place) {
        parameters.restore(weights, place);
    }

    public List<String> labels() {
        return labels;
    }

    public LoraSettings lora() {
        return lora;
    }

    /** May be shared by threads. */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** The owner of the parameters; a sub-manager is the scope of a step. */
    public NDManager manager() {
        return manager;
    }

    @Override
    public void close() {
        tokenizer.close();
        manager.close();
    }
}
