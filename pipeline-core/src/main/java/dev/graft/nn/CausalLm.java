// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import dev.graft.checkpoint.CausalConfig;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.checkpoint.Tensor;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The language model of GPT-2 (Radford et al. 2019, section 2.3): pre-norm layers in which a token sees those before it. May
 * be shared by threads. B is the batch, T the tokens, H the hidden width, P the predicted tokens, V the vocabulary.
 */
public final class CausalLm implements AutoCloseable {
    private static final int BATCH = 16;
    /** Tokens whose scores over the vocabulary are held at once. */
    private static final int SCORED = 128;

    private final NDManager manager;
    private final Tokenizer tokenizer;
    private final int positions;
    private final NDArray words;
    private final Transformer transformer;
    private final NDArray head;

    /**
     * @throws CheckpointException if a file is missing, or is not of a GPT-2 model
     */
    public CausalLm(Path folder) {
        ModelFolder model = ModelFolder.read(folder);
        CausalConfig config = CausalConfig.of(model);
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        tokenizer = Tokenizer.whole(model.tokenizer());
        positions = config.positions();
        String prefix = model.weights().names().contains("transformer.wte.weight") ? "transformer." : "";
        Parameters parameters = new Parameters(folder.toString(), model.weights(), manager, (name, dense) -> dense);
        float eps = (float) config.layerNormEps();
        words = parameters.array(prefix + "wte.weight");
        Embeddings embeddings = new Embeddings(
                words,
                Optional.empty(),
                Optional.of(new Embeddings.Positions(parameters.array(prefix + "wpe.weight"), 0)),
                Optional.empty(),
                Norm.NONE,
                new Dropout(0));
        Factor scale = Factor.of(1 / Math.sqrt(config.hiddenSize() / (double) config.heads()), manager);
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < config.layers(); i++) {
            String layer = prefix + "h." + i + ".";
            List<Dense> queryKeyValue = convolution(parameters, layer + "attn.c_attn", 3);
            Attention attention = Attention.plain(
                    new Projections.Separate(queryKeyValue.get(0), queryKeyValue.get(1), queryKeyValue.get(2)),
                    convolution(parameters, layer + "attn.c_proj", 1).get(0),
                    new Attention.Options(i, config.heads(), config.heads(), scale, Window.CAUSAL, 0, new Dropout(0)));
            FeedForward feedForward = new FeedForward(
                    convolution(parameters, layer + "mlp.c_fc", 1).get(0),
                    convolution(parameters, layer + "mlp.c_proj", 1).get(0),
                    Activation.GELU_TANH);
            layers.add(new Layer(
                    Residual.preNorm(parameters.norm(layer + "ln_1", eps), attention, new Dropout(0)),
                    Residual.preNorm(parameters.norm(layer + "ln_2", eps), feedForward, new Dropout(0))));
        }
        transformer = new Transformer(embeddings, layers, parameters.norm(prefix + "ln_f", eps));
        boolean tied = !model.weights().names().contains("lm_head.weight");
        head = tied ? words : parameters.array("lm_head.weight");
    }

    /**
     * Looks whether a folder holds such a model, at configuration and heads alone.
     *
     * @throws CheckpointException as the constructor
     */
    public static void require(Path folder) {
        CausalConfig.of(ModelFolder.read(folder));
    }

    /** The maps that a Conv1D, whose weight is stored [in, out], holds side by side. */
    private static List<Dense> convolution(Parameters parameters, String name, int parts) {
        Tensor weight = parameters.weights().tensor(name + ".weight").transposed(name); // [out, in]
        float[] weights = weight.values();
        float[] biases = parameters.weights().tensor(name + ".bias").values(); // [out]
        int out = Math.toIntExact(weight.shape()[0] / parts);
        int in = Math.toIntExact(weight.shape()[1]);
        List<Dense> maps = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            maps.add(new Dense(
                    parameters.array(Tensor.of(name, new long[] {out, in}, part(weights, part, out * in))),
                    parameters.array(Tensor.of(name, new long[] {out}, part(biases, part, out)))));
        }
        return maps;
    }

    private static FloatBuffer part(float[] values, int part, int size) {
        return FloatBuffer.wrap(values, part * size, size);
    }

    /**
     * The exponential of the mean negative log-likelihood of each text's tokens, given those before them; the first token is
     * not predicted. A text that is longer than the model's input is read in stretches that share one token. The last digits
     * depend on what else is in the batch: equal lists give equal perplexities.
     *
     * @return one or more for each text; not a number where it has fewer than two tokens
     */
    public double[] perplexities(List<String> texts) {
        List<Stretch> stretches = new ArrayList<>();
        int[] predicted = new int[texts.size()];
        for (int text = 0; text < texts.size(); text++) {
            long[] ids = tokenizer.pieces(texts.get(text)).ids();
            predicted[text] = ids.length - 1;
            for (int from = 0; from + 1 < ids.length; from += positions - 1) {
                stretches.add(new Stretch(text, Arrays.copyOfRange(ids, from, Math.min(ids.length, from + positions))));
            }
        }
        double[] sums = new double[texts.size()];
        for (int from = 0; from < stretches.size(); from += BATCH) {
            addLikelihoods(stretches.subList(from, Math.min(stretches.size(), from + BATCH)), sums);
        }
        double[] perplexities = new double[texts.size()];
        for (int text = 0; text < perplexities.length; text++) {
            perplexities[text] = predicted[text] < 1 ? Double.NaN : Math.exp(-sums[text] / predicted[text]);
        }
        return perplexities;
    }

    /** Two or more tokens of a text. */
    private record Stretch(int text, long[] ids) {}

    private void addLikelihoods(List<Stretch> stretches, double[] sums) {
        try (NDManager scope = manager.newSubManager()) {
            Tokenizer.Batch batch =
                    Tokenizer.pad(stretches.stream().map(Stretch::ids).toList(), scope);
            NDArray states = forward(batch.ids()); // (B, T, H)
            long width = states.getShape().get(1);
            List<Long> rows = new ArrayList<>();
            List<Long> next = new ArrayList<>();
            List<Integer> texts = new ArrayList<>();
            for (int row = 0; row < stretches.size(); row++) {
                long[] ids = stretches.get(row).ids();
                for (int token = 1; token < ids.length; token++) {
                    rows.add(row * width + token - 1);
                    next.add(ids[token]);
                    texts.add(stretches.get(row).text());
                }
            }
            NDArray flat = states.reshape(-1, states.getShape().get(2)); // (B * T, H)
            for (int from = 0; from < rows.size(); from += SCORED) {
                int to = Math.min(rows.size(), from + SCORED);
                float[] likelihoods = likelihoods(flat, rows.subList(from, to), next.subList(from, to));
                for (int i = 0; i < likelihoods.length; i++) {
                    sums[texts.get(from + i)] += likelihoods[i];
                }
            }
        }
    }

    /** The log-likelihoods of tokens (P), given the rows of the states (B * T, H) before them. */
    private float[] likelihoods(NDArray states, List<Long> rows, List<Long> next) {
        try (NDManager part = states.getManager().newSubManager()) {
            NDArray before =
                    part.create(rows.stream().mapToLong(Long::longValue).toArray());
            NDArray tokens = part.create(
                    next.stream().mapToLong(Long::longValue).toArray(), new Shape(next.size(), 1)); // (P, 1)
            NDArray some =
                    Embedding.embedding(before, states, SparseFormat.DENSE).singletonOrThrow(); // (P, H)
            some.attach(part);
            return logits(some).logSoftmax(-1).gather(tokens, 1).toFloatArray();
        }
    }

    /** Hidden states (B, T, H) of ids (B, T), padded behind, where nothing before sees it. */
    NDArray forward(NDArray ids) {
        int[] lengths = new int[(int) ids.getShape().get(0)];
        Arrays.fill(lengths, (int) ids.getShape().get(1));
        return transformer.forward(ids, Context.of(Layout.padded(lengths), ids.getManager(), Pass.EVALUATION));
    }

    /** (..., H) to (..., V). */
    NDArray logits(NDArray states) {
        return ai.djl.nn.core.Linear.linear(states, head, null).singletonOrThrow();
    }

    @Override
    public void close() {
        tokenizer.close();
        manager.close();
    }
}
