// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.StudentConfig;
import dev.graft.checkpoint.Weights;
import dev.graft.nn.Dense;
import dev.graft.nn.Linear;
import dev.graft.nn.Pass;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * The students of Marian and Firefox Translations: a transformer encoder (Vaswani et al. 2017), post-norm, and a
 * decoder that has a simpler simple recurrent unit (Kim et al. 2019) in the place of self-attention.
 *
 * <p>Dimensions: B sentences, S source pieces, H heads, D of a head, W = H D, C candidates. May be shared by threads.
 */
public final class MarianStudent implements Decoder {
    private static final int END = 0;
    /** Tokens that the encoder reads at once, padding counted; more leave the cache between two operations, and are slower by half. */
    private static final int READ = 256;

    private static final double LONGEST_WAVE = 10_000;

    private final NDManager manager;
    private final StudentConfig config;
    private final StudentWeights weights;
    private final Adaptation adaptation;

    /**
     * @param weights by Marian's names
     * @param adaptation asked for each linear map, by the name of its matrix
     * @param manager lives as long as the model; each decoding has a manager of its own below it
     * @throws CheckpointException if an array is missing, of another shape than its place, or left over
     */
    public MarianStudent(StudentConfig config, Weights weights, Adaptation adaptation, NDManager manager) {
        this.config = config;
        this.weights = StudentWeights.place(config, weights, adaptation, manager);
        this.adaptation = adaptation;
        this.manager = manager;
    }

    /** The token that ends a sequence, source and target alike. */
    public int end() {
        return END;
    }

    @Override
    public boolean ends(int token) {
        return token == END;
    }

    @Override
    public boolean goesOn() {
        return false;
    }

    @Override
    public int targets() {
        return config.targets();
    }

    @Override
    public Decoding start(List<int[]> sources, int[] candidates) {
        NDManager scope = manager.newSubManager();
        try {
            return new Rows(scope, sources, candidates);
        } catch (RuntimeException e) {
            scope.close();
            throw e;
        }
    }

    /** Sines in the first half, cosines in the second; wavelengths from 2 pi to 10,000 * 2 pi. */
    private NDArray positions(int from, int to, NDManager owner) {
        int half = config.width() / 2;
        float[] values = new float[(to - from) * config.width()];
        for (int position = from; position < to; position++) {
            int row = (position - from) * config.width();
            for (int i = 0; i < half; i++) {
                double angle = position * Math.pow(LONGEST_WAVE, -i / Math.max(1.0, half - 1.0));
                values[row + i] = (float) Math.sin(angle);
                values[row + half + i] = (float) Math.cos(angle);
            }
        }
        return owner.create(values, new Shape(to - from, config.width()));
    }

    private NDArray embed(NDArray embeddings, NDArray ids) {
        return embeddings.get(ids).muli(Math.sqrt(config.width()));
    }

    /** (B, T, W) to (B, H, T, D). */
    private NDArray split(NDArray x) {
        long[] shape = x.getShape().getShape();
        return x.reshape(shape[0], shape[1], config.heads(), config.width() / config.heads())
                .transpose(0, 2, 1, 3);
    }

    /**
     * @param keys (B, H, S, D)
     * @param values (B, H, S, D)
     */
    private record Memory(NDArray keys, NDArray values) {
        /** As one block, so that no step has to make one of it. */
        Memory packed() {
            return new Memory(packed(keys), packed(values));
        }

        private static NDArray packed(NDArray x) {
            Shape shape = x.getShape();
            return x.reshape(shape.get(0) * shape.get(1), shape.get(2), shape.get(3))
                    .reshape(shape);
        }
    }

    private Memory memory(StudentWeights.Attention attention, NDArray states) {
        return new Memory(
                split(attention.key().forward(states, Pass.EVALUATION)),
                split(attention.value().forward(states, Pass.EVALUATION)));
    }

    /** (B, T, W) that looks at a memory; {@code mask} (B, 1, 1, S) is added to the scores. */
    private NDArray attend(StudentWeights.Attention attention, NDArray x, Memory memory, NDArray mask) {
        NDArray queries = split(attention.query().forward(x, Pass.EVALUATION)); // (B, H, T, D)
        double scale = 1 / Math.sqrt((double) config.width() / config.heads());
        NDArray scores =
                queries.matMul(memory.keys.transpose(0, 1, 3, 2)).muli(scale).addi(mask); // (B, H, T, S)
        NDArray seen = scores.softmax(-1).matMul(memory.values); // (B, H, T, D)
        NDArray joined = seen.transpose(0, 2, 1, 3).reshape(x.getShape()); // (B, T, W)
        return attention
                .norm()
                .forward(attention.output().forward(joined, Pass.EVALUATION).addi(x));
    }

    private static NDArray feedForward(StudentWeights.FeedForward layer, NDArray x) {
        NDArray hidden = Activation.relu(layer.in().forward(x, Pass.EVALUATION));
        return layer.norm().forward(layer.out().forward(hidden, Pass.EVALUATION).addi(x));
    }

    private static int longest(List<int[]> sources) {
        return sources.stream().mapToInt(ids -> ids.length).max().orElseThrow();
    }

    /** (B, 1, 1, S), which hides what a source has not. */
    private static NDArray mask(List<int[]> sources, int longest, NDManager owner) {
        float[] hidden = new float[sources.size() * longest];
        for (int row = 0; row < sources.size(); row++) {
            Arrays.fill(hidden, row * longest + sources.get(row).length, (row + 1) * longest, Float.NEGATIVE_INFINITY);
        }
        return owner.create(hidden, new Shape(sources.size(), 1, 1, longest));
    }

    /** Some sources after the others, neighbours of like length together, padded to one block (B, S, W). */
    private NDArray encode(List<int[]> sources, int longest, NDManager owner) {
        NDList parts = new NDList();
        for (int from = 0; from < sources.size(); ) {
            int to = from + 1;
            int width = sources.get(from).length;
            while (to < sources.size() && (to + 1 - from) * Math.max(width, sources.get(to).length) <= READ) {
                width = Math.max(width, sources.get(to).length);
                to++;
            }
            List<int[]> some = sources.subList(from, to);
            long[] ids = new long[some.size() * width];
            for (int row = 0; row < some.size(); row++) {
                for (int i = 0; i < width; i++) {
                    ids[row * width + i] = i < some.get(row).length ? some.get(row)[i] : END;
                }
            }
            NDArray states = encode(owner.create(ids, new Shape(some.size(), width)), mask(some, width, owner));
            parts.add(
                    width == longest
                            ? states
                            : states.concat(owner.zeros(new Shape(some.size(), longest - width, config.width())), 1));
            from = to;
        }
        return parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts, 0);
    }

    private NDArray encode(NDArray ids, NDArray mask) {
        NDArray x = embed(weights.sourceEmbeddings(), ids)
                .addi(positions(0, (int) ids.getShape().get(1), ids.getManager())); // (B, S, W)
        for (StudentWeights.EncoderLayer layer : weights.encoder()) {
            x = attend(layer.attention(), x, memory(layer.attention(), x), mask);
            x = feedForward(layer.feedForward(), x);
        }
        return x;
    }

    private final class Rows implements Decoding {
        private final NDManager manager;
        private final Linear output; // (..., W) to (..., C)
        private NDManager held;
        private NDArray mask; // (B, 1, 1, S)
        private List<Memory> memories;
        private List<NDArray> cells; // (B, 1, W) a layer
        private int rows;
        private int position;

        Rows(NDManager manager, List<int[]> sources, int[] candidates) {
            this.manager = manager;
            held = manager.newSubManager();
            rows = sources.size();
            try (NDScope scope = new NDScope()) {
                NDArray chosen = manager.create(candidates);
                NDArray words = weights.targetEmbeddings().get(chosen); // (C, W)
                NDArray bias = weights.outputBias().get(chosen); // (C)
                int longest = longest(sources);
                mask = mask(sources, longest, manager);
                NDArray states = encode(sources, longest, manager); // (B, S, W)
                memories = weights.decoder().stream()
                        .map(layer -> memory(layer.attention(), states).packed())
                        .toList();
                cells = weights.decoder().stream()
                        .map(layer -> manager.zeros(new Shape(rows, 1, config.width())))
                        .toList();
                attachTo(manager, words, bias);
                output = adaptation.output("decoder_ff_logit_out", new Dense(words, bias));
                hold(held);
            }
        }

        /** What a step leaves for the next one outlives the scope that it was made in. */
        private void hold(NDManager owner) {
            attachTo(owner, mask);
            memories.forEach(memory -> attachTo(owner, memory.keys, memory.values));
            cells.forEach(cell -> attachTo(owner, cell));
        }

        private static void attachTo(NDManager owner, NDArray... arrays) {
            NDScope.unregister(arrays);
            new NDList(arrays).attach(owner);
        }

        @Override
        public <T> T step(int[] last, Function<NDArray, T> read) {
            if (last.length != rows) {
                throw new IllegalArgumentException(last.length + " tokens for " + rows + " rows");
            }
            try (NDScope scope = new NDScope()) {
                NDArray x = positions(position, position + 1, manager); // (1, W)
                if (position == 0) {
                    x = x.reshape(1, 1, config.width()).repeat(0, rows);
                } else {
                    x = embed(weights.targetEmbeddings(), manager.create(last))
                            .addi(x)
                            .expandDims(1);
                }
                for (int l = 0; l < memories.size(); l++) {
                    StudentWeights.DecoderLayer layer = weights.decoder().get(l);
                    x = recur(layer.recurrence(), x, cells.get(l));
                    x = attend(layer.attention(), x, memories.get(l), mask);
                    x = feedForward(layer.feedForward(), x);
                }
                position++;
                return read.apply(output.forward(x.squeeze(1), Pass.EVALUATION));
            }
        }

        @Override
        public void keep(int[] kept) {
            NDManager next = manager.newSubManager();
            try (NDScope scope = new NDScope()) {
                NDArray index = next.create(kept);
                mask = mask.get(index);
                memories = memories.stream()
                        .map(memory -> new Memory(memory.keys.get(index), memory.values.get(index)))
                        .toList();
                cells = cells.stream().map(cell -> cell.get(index)).toList();
                hold(next);
            }
            held.close();
            held = next;
            rows = kept.length;
        }

        @Override
        public void close() {
            manager.close();
        }
    }

    /** c = f c + (1 - f) W x with f = sigmoid(Wf x + bf), in place; what goes on is ReLU(c), added to x and normalised. */
    private static NDArray recur(StudentWeights.Recurrence layer, NDArray x, NDArray cell) {
        NDArray proposed = layer.proposal().forward(x, Pass.EVALUATION);
        NDArray forget = Activation.sigmoid(layer.forget().forward(x, Pass.EVALUATION));
        cell.subi(proposed).muli(forget).addi(proposed);
        return layer.norm().forward(Activation.relu(cell).add(x));
    }
}
