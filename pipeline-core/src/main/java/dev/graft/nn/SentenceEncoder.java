// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.jni.JniUtils;
import dev.graft.checkpoint.BaseModel;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sentence embeddings: the mean of the hidden states over the mask, of length 1 (Reimers & Gurevych 2019, section 3).
 * Texts are encoded one by one, so that an embedding does not depend on its neighbours. May be shared by threads.
 */
public final class SentenceEncoder implements AutoCloseable {
    private final NDManager manager;
    private final Tokenizer tokenizer;
    private final Encoder encoder;
    /** The copies of a document are compared with the same source, one after the other. */
    private final Map<String, float[]> recent = Collections.synchronizedMap(new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, float[]> eldest) {
            return size() > 32;
        }
    });

    /**
     * @param maxLength tokens of a text that are looked at
     */
    public SentenceEncoder(BaseModel model, int maxLength) {
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        tokenizer = new Tokenizer(model.tokenizer(), maxLength);
        encoder = new Encoder(model, manager, (name, dense) -> dense);
        // A task of Spark has a core, and with one thread a score does not depend on how many cores there are.
        JniUtils.setNumThreads(1);
    }

    /** A vector of the hidden width and length 1. */
    public float[] embed(String text) {
        float[] known = recent.get(text);
        if (known != null) {
            return known;
        }
        float[] embedding = computed(text);
        recent.put(text, embedding);
        return embedding;
    }

    private float[] computed(String text) {
        try (NDManager scope = manager.newSubManager()) {
            Tokenizer.Batch batch = Tokenizer.pad(List.of(tokenizer.ids(text)), scope);
            NDArray states = encoder.forward(batch.ids(), batch.mask(), Pass.EVALUATION); // (1, T, H)
            NDArray mask = batch.mask().toType(DataType.FLOAT32, false).expandDims(2); // (1, T, 1)
            NDArray mean = states.mul(mask).sum(new int[] {1}).div(mask.sum(new int[] {1})); // (1, H)
            return mean.normalize(2, 1).toFloatArray();
        }
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
