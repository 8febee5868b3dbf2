// SPDX-License-Identifier: Apache-2.0
package dev.graft.task;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import dev.graft.adapt.AdaptedModel;
import dev.graft.adapt.AdapterException;
import dev.graft.adapt.AdapterFolder;
import dev.graft.adapt.HeadPlan;
import dev.graft.adapt.Method;
import dev.graft.adapt.Pooling;
import dev.graft.adapt.ProblemType;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.model.HeadKind;
import dev.graft.nn.Context;
import dev.graft.nn.Pass;
import dev.graft.nn.Quantization;
import dev.graft.nn.TokenLayout;
import dev.graft.nn.engine.Devices;
import dev.graft.tokenize.Tokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * Texts to classes, by any family with a head for them: one that is to be trained, or one with an adapter that was. B is the batch,
 * T the tokens, C the classes.
 */
public final class TextClassifier implements AutoCloseable {
    private final AdaptedModel model;
    private final Tokenizer tokenizer;
    private final int maxLength;

    private TextClassifier(AdaptedModel model, int maxLength) {
        this.model = model;
        this.maxLength = maxLength;
        tokenizer = new Tokenizer(model.files().tokenizer(), maxLength);
    }

    /**
     * An untrained one. What the pre-trained model lacks, and the head, are drawn from the seed.
     *
     * @param labels names of the classes; the index is the class
     * @param pooling what the head sees
     * @param maxLength tokens that a text is cut to, the special ones included
     * @throws IllegalArgumentException if there are no labels, one stands twice, or {@code maxLength} is beyond the base model
     * @throws AdapterException if the model has nothing that the method asks for, or no class for the pooling
     */
    public static TextClassifier untrained(
            ModelFolder files,
            Method method,
            List<String> labels,
            Pooling pooling,
            int maxLength,
            long seed,
            Device device) {
        if (labels.isEmpty() || labels.stream().distinct().count() < labels.size()) {
            throw new IllegalArgumentException("labels are " + labels + "; allowed is one or more, each once");
        }
        AdaptedModel model =
                new AdaptedModel(files, HeadPlan.pooled(labels, pooling), method, Quantization.NONE, seed, device);
        int longest = model.model().positions();
        if (maxLength < 3 || maxLength > longest) {
            model.close();
            throw new IllegalArgumentException(
                    "max-length is " + maxLength + "; allowed with " + files.folder() + " is from 3 to " + longest);
        }
        return new TextClassifier(model, maxLength);
    }

    /**
     * One for inference alone, with an adapter that is merged into the weights where it can be. It may be shared by threads.
     *
     * @param maxLength tokens of a text that are looked at, unless the adapter or the base model says fewer
     * @throws AdapterException if the adapter is not of a classifier, a key of it is missing or left over, or a shape is not
     *     the base model's
     */
    public static TextClassifier trained(ModelFolder files, AdapterFolder adapter, int maxLength, Device device) {
        if (adapter.head() != HeadKind.SEQUENCE) {
            throw new AdapterException(
                    adapter.folder() + " is for the head " + adapter.head() + "; allowed is SEQ_CLS");
        }
        if (adapter.problem() != ProblemType.SINGLE_LABEL_CLASSIFICATION) {
            throw new AdapterException(adapter.folder() + " is of the problem type "
                    + adapter.problem().name().toLowerCase(Locale.ROOT)
                    + "; allowed where texts have one class each is single_label_classification");
        }
        AdaptedModel model = adapter.on(files, device);
        model.mergeForGood();
        int longest = Math.min(maxLength, model.model().positions());
        return new TextClassifier(model, Math.min(longest, adapter.maxLength().orElse(longest)));
    }

    /**
     * As {@link #trained(ModelFolder, AdapterFolder, int, Device)}, on the CPU, or on a GPU if one is given.
     *
     * @param gpu its number as CUDA counts in this process
     */
    public static TextClassifier trained(ModelFolder files, AdapterFolder adapter, int maxLength, OptionalInt gpu) {
        return trained(files, adapter, maxLength, Devices.of(gpu));
    }

    /** Writes a folder that PEFT reads; what stood there is replaced at once, or not at all. */
    public void save(Path folder) {
        AdapterFolder.write(folder, model, OptionalInt.of(maxLength));
    }

    /** (B, T) to logits (B, C), owned by the manager of the batch. */
    public NDArray forward(Tokenizer.Batch batch, Pass pass) {
        int[] lengths = Arrays.stream(batch.mask().sum(new int[] {1}).toLongArray())
                .mapToInt(Math::toIntExact)
                .toArray();
        Context context = Context.of(TokenLayout.padded(lengths), batch.ids().getManager(), pass);
        return model.model().classified(batch.ids(), context); // (B, C)
    }

    /**
     * Logits [text][class] without dropout, in the order of the texts. Texts of like length share a batch, so the last
     * bits of a row may depend on the others.
     */
    public float[][] logits(List<String> texts) {
        return ByLength.logits(texts, tokenizer, model.manager(), batch -> forward(batch, Pass.EVALUATION));
    }

    /** Probabilities [text][class]. */
    public double[][] probabilities(List<String> texts) {
        return Arrays.stream(logits(texts)).map(TextClassifier::softmax).toArray(double[][]::new);
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

    /** What is trained, and all that belongs to that. */
    public AdaptedModel model() {
        return model;
    }

    /** Names of the classes, by their index. */
    public List<String> labels() {
        return model.labels();
    }

    /** May be shared by threads. */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    @Override
    public void close() {
        tokenizer.close();
        model.close();
    }
}
