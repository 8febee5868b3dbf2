// SPDX-License-Identifier: Apache-2.0
package dev.graft.task;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.graft.checkpoint.BaseModel;
import dev.graft.model.Encoder;
import dev.graft.nn.MaskedMean;
import dev.graft.nn.Pass;
import dev.graft.nn.engine.Devices;
import dev.graft.nn.engine.GradMode;
import dev.graft.tokenize.Tokenizer;
import dev.graft.tokenize.WordPieces;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Sentence embeddings: the mean of the hidden states over the mask, of length 1 (Reimers & Gurevych 2019, section 3).
 * May be shared by threads.
 */
public final class SentenceEncoder implements AutoCloseable {
    /** Tokens of a batch, padding included; one text may have more. More are slower: they leave the cache between two operations. */
    private static final int BUDGET = 256;

    private final NDManager manager;
    private final Tokenizer tokenizer;
    private final Encoder encoder;
    private final Set<String> words;

    /** On the CPU. */
    public SentenceEncoder(BaseModel model, int maxLength) {
        this(model, maxLength, Device.cpu());
    }

    /**
     * On a GPU if one is given.
     *
     * @param gpu its number as CUDA counts in this process
     */
    public SentenceEncoder(BaseModel model, int maxLength, OptionalInt gpu) {
        this(model, maxLength, Devices.of(gpu));
    }

    /**
     * On a GPU.
     *
     * @param index of the GPU, from 0
     */
    public static SentenceEncoder onGpu(BaseModel model, int maxLength, int index) {
        return new SentenceEncoder(model, maxLength, Device.gpu(index));
    }

    /**
     * @param maxLength tokens of a text that are looked at
     */
    public SentenceEncoder(BaseModel model, int maxLength, Device device) {
        manager = NDManager.newBaseManager(device, "PyTorch");
        tokenizer = new Tokenizer(model.tokenizer(), maxLength);
        encoder = new Encoder(model, manager, (name, dense) -> dense);
        words = Set.copyOf(new HashSet<>(Arrays.asList(
                WordPieces.read(model.tokenizer(), "the sentence encoder").words())));
    }

    /** A vector of the hidden width and length 1. */
    public float[] embed(String text) {
        return embed(List.of(text)).get(0);
    }

    /**
     * As {@link #embed(String)}, of several texts: equal ones once, those of like length together. The last digits of an embedding
     * depend on what else is in the batch: a caller whose result must not depend on chance rounds it, and asks for what lies
     * between two roundings again, alone.
     */
    public List<float[]> embed(List<String> texts) {
        List<String> distinct = texts.stream().distinct().toList();
        List<long[]> ids = distinct.stream().map(tokenizer::ids).toList();
        int[] shortestFirst = IntStream.range(0, ids.size())
                .boxed()
                .sorted(Comparator.comparingInt(i -> ids.get(i).length))
                .mapToInt(i -> i)
                .toArray();
        Map<String, float[]> embeddings = new HashMap<>();
        for (int from = 0; from < shortestFirst.length; ) {
            int to = from + 1;
            while (to < shortestFirst.length && (to + 1 - from) * ids.get(shortestFirst[to]).length <= BUDGET) {
                to++;
            }
            int[] rows = Arrays.copyOfRange(shortestFirst, from, to);
            List<float[]> batch = batch(IntStream.of(rows).mapToObj(ids::get).toList());
            for (int i = 0; i < rows.length; i++) {
                embeddings.put(distinct.get(rows[i]), batch.get(i));
            }
            from = to;
        }
        return texts.stream().map(embeddings::get).toList();
    }

    private List<float[]> batch(List<long[]> texts) {
        try (GradMode off = GradMode.off();
                NDManager scope = manager.newSubManager()) {
            Tokenizer.Batch batch = Tokenizer.pad(texts, scope);
            NDArray states = encoder.forward(batch.ids(), batch.mask(), Pass.EVALUATION); // (B, T, H)
            float[] flat = MaskedMean.of(states, batch.mask()).normalize(2, 1).toFloatArray();
            int width = flat.length / texts.size();
            List<float[]> rows = new ArrayList<>();
            for (int from = 0; from < flat.length; from += width) {
                rows.add(Arrays.copyOfRange(flat, from, from + width));
            }
            return rows;
        }
    }

    /** Whether a word in small letters is one of the vocabulary's, which holds the most frequent ones. */
    public boolean knows(String word) {
        return words.contains(word);
    }

    /** Cosine of the angle between two embeddings, from -1 to 1. */
    public static double cosine(float[] a, float[] b) {
        double dot = 0;
        for (int i = 0; i < a.length; i++) {
            dot += a[i] * b[i];
        }
        return dot;
    }

    @Override
    public void close() {
        tokenizer.close();
        manager.close();
    }
}
