// SPDX-License-Identifier: Apache-2.0
package dev.graft.task;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.graft.checkpoint.BaseModel;
import dev.graft.model.ComputeType;
import dev.graft.model.Encoder;
import dev.graft.nn.MaskedMean;
import dev.graft.nn.Pass;
import dev.graft.nn.engine.GradMode;
import dev.graft.tokenize.Tokenizer;
import dev.graft.tokenize.WordPieces;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Sentence embeddings: the mean of the hidden states over the mask, of length 1 (Reimers & Gurevych 2019, section 3).
 * May be shared by threads.
 */
public final class SentenceEncoder implements AutoCloseable {
    /** Tokens of a batch, padding included; one text may have more. More are slower: they leave the cache between two operations. */
    private static final int BUDGET = 256;
    /** Embeddings that are kept, of 1.5 KB each where the model is MiniLM. */
    private static final int KEPT = 4096;

    private final NDManager manager;
    private final Tokenizer tokenizer;
    private final Encoder encoder;
    private final Set<String> words;
    private final Map<String, float[]> kept = Collections.synchronizedMap(new Recent());

    private static final class Recent extends LinkedHashMap<String, float[]> {
        private static final long serialVersionUID = 1;

        Recent() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, float[]> eldest) {
            return size() > KEPT;
        }
    }

    /** On the CPU. */
    public SentenceEncoder(BaseModel model, int maxLength) {
        this(model, maxLength, Device.cpu());
    }

    /**
     * On a GPU.
     *
     * @param index of the GPU, from 0
     */
    public static SentenceEncoder onGpu(BaseModel model, int maxLength, int index) {
        return new SentenceEncoder(model, maxLength, Device.gpu(index));
    }

    /** In floats. */
    public SentenceEncoder(BaseModel model, int maxLength, Device device) {
        this(model, maxLength, device, ComputeType.FLOAT32);
    }

    /**
     * @param maxLength tokens of a text that are looked at
     */
    public SentenceEncoder(BaseModel model, int maxLength, Device device, ComputeType compute) {
        manager = NDManager.newBaseManager(device, "PyTorch");
        tokenizer = new Tokenizer(model.tokenizer(), maxLength);
        encoder = new Encoder(model, manager, compute.adaptation(manager)::linear);
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

    /**
     * As {@link #embed(List)}, for texts that come again: the source of several copies, a sentence that is a text of its own. What
     * was asked of late is not computed again.
     */
    public List<float[]> embedAgain(List<String> texts) {
        Map<String, float[]> embeddings = new HashMap<>();
        List<String> missing = new ArrayList<>();
        for (String text : new LinkedHashSet<>(texts)) {
            float[] known = kept.get(text);
            if (known == null) {
                missing.add(text);
            } else {
                embeddings.put(text, known);
            }
        }
        List<float[]> computed = embed(missing);
        for (int i = 0; i < missing.size(); i++) {
            embeddings.put(missing.get(i), computed.get(i));
            kept.put(missing.get(i), computed.get(i));
        }
        return texts.stream().map(embeddings::get).toList();
    }

    /** Two texts. */
    public record Pair(String one, String other) {}

    /**
     * How far two texts say the same.
     *
     * @param cosine of their embeddings, from -1 to 1
     * @param weakest cosine of a token of either with the one of the other text that is nearest to it: low where a word has no
     *     counterpart, however alike the texts are on the whole (the greedy matching of BERTScore, Zhang et al. 2020, section 3, of which
     *     the least is taken, not the mean)
     */
    public record Agreement(double cosine, double weakest) {}

    /** Of each pair, those of like length together; the last digits depend on the batch, as in {@link #embed(List)}. */
    public List<Agreement> agreements(List<Pair> pairs) {
        List<long[]> ones =
                pairs.stream().map(each -> tokenizer.ids(each.one())).toList();
        List<long[]> others =
                pairs.stream().map(each -> tokenizer.ids(each.other())).toList();
        int[] shortestFirst = IntStream.range(0, pairs.size())
                .boxed()
                .sorted(Comparator.comparingInt(i -> Math.max(ones.get(i).length, others.get(i).length)))
                .mapToInt(i -> i)
                .toArray();
        List<Agreement> agreements = new ArrayList<>(Collections.nCopies(pairs.size(), new Agreement(0, 0)));
        for (int from = 0; from < shortestFirst.length; ) {
            int to = from + 1;
            while (to < shortestFirst.length
                    && 2
                                    * (to + 1 - from)
                                    * Math.max(ones.get(shortestFirst[to]).length, others.get(shortestFirst[to]).length)
                            <= BUDGET) {
                to++;
            }
            int[] rows = Arrays.copyOfRange(shortestFirst, from, to);
            List<long[]> batch = IntStream.concat(
                            IntStream.of(rows), IntStream.of(rows).map(i -> i + pairs.size()))
                    .mapToObj(i -> i < pairs.size() ? ones.get(i) : others.get(i - pairs.size()))
                    .toList();
            List<Agreement> found =
                    agreements(batch, IntStream.of(rows).mapToObj(pairs::get).toList());
            for (int i = 0; i < rows.length; i++) {
                agreements.set(rows[i], found.get(i));
            }
            from = to;
        }
        return agreements;
    }

    /** @param ids of the pairs' first texts, then of their others */
    private List<Agreement> agreements(List<long[]> ids, List<Pair> pairs) {
        try (GradMode off = GradMode.off();
                NDManager scope = manager.newSubManager()) {
            Tokenizer.Batch batch = Tokenizer.pad(ids, scope);
            NDArray states = encoder.forward(batch.ids(), batch.mask(), Pass.EVALUATION); // (2P, T, H)
            List<float[]> embeddings = rows(MaskedMean.of(states, batch.mask()).normalize(2, 1));
            NDArray tokens = states.normalize(2, 2);
            float[] near = tokens.get(new NDIndex("0:{}", pairs.size()))
                    .matMul(tokens.get(new NDIndex("{}:", pairs.size())).transpose(0, 2, 1))
                    .toFloatArray(); // (P, T, T)
            int width = (int) states.getShape().get(1);
            List<Agreement> agreements = new ArrayList<>();
            for (int i = 0; i < pairs.size(); i++) {
                float[] one = embeddings.get(i);
                float[] other = embeddings.get(pairs.size() + i);
                kept.put(pairs.get(i).one(), one);
                kept.put(pairs.get(i).other(), other);
                int rows = ids.get(i).length - 1;
                int columns = ids.get(pairs.size() + i).length - 1;
                agreements.add(
                        new Agreement(cosine(one, other), weakest(near, i * width * width, width, rows, columns)));
            }
            return agreements;
        }
    }

    /** The least of the greatest values of the rows and of the columns; what stands first and last marks the ends of a text. */
    private static double weakest(float[] near, int at, int width, int rows, int columns) {
        double weakest = 1;
        for (int i = 1; i < rows; i++) {
            double best = -1;
            for (int j = 1; j < columns; j++) {
                best = Math.max(best, near[at + i * width + j]);
            }
            weakest = Math.min(weakest, best);
        }
        for (int j = 1; j < columns; j++) {
            double best = -1;
            for (int i = 1; i < rows; i++) {
                best = Math.max(best, near[at + i * width + j]);
            }
            weakest = Math.min(weakest, best);
        }
        return weakest;
    }

    private List<float[]> batch(List<long[]> texts) {
        try (GradMode off = GradMode.off();
                NDManager scope = manager.newSubManager()) {
            Tokenizer.Batch batch = Tokenizer.pad(texts, scope);
            NDArray states = encoder.forward(batch.ids(), batch.mask(), Pass.EVALUATION); // (B, T, H)
            return rows(MaskedMean.of(states, batch.mask()).normalize(2, 1));
        }
    }

    /** Of (B, H). */
    private static List<float[]> rows(NDArray matrix) {
        float[] flat = matrix.toFloatArray();
        int width = (int) matrix.getShape().get(1);
        List<float[]> rows = new ArrayList<>();
        for (int from = 0; from < flat.length; from += width) {
            rows.add(Arrays.copyOfRange(flat, from, from + width));
        }
        return rows;
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
