// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A Hugging Face tokenizer; may be shared by threads. */
public final class Tokenizer implements AutoCloseable {
    private final HuggingFaceTokenizer tokenizer;

    /**
     * @param json content of {@code tokenizer.json}
     * @param maxLength tokens that a text is cut to, the special ones included
     */
    public Tokenizer(String json, int maxLength) {
        Map<String, String> options = Map.of(
                "truncation",
                "true",
                "padding",
                "false",
                "maxLength",
                Integer.toString(maxLength),
                "modelMaxLength",
                Integer.toString(maxLength));
        try {
            tokenizer = HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), options);
        } catch (IOException e) {
            throw new UncheckedIOException("tokenizer.json can't be read: " + e, e);
        }
    }

    /** Token ids with the special tokens. */
    public long[] ids(String text) {
        return tokenizer.encode(text).getIds();
    }

    /**
     * @param ids (B, T), padded with 0 to the longest
     * @param mask (B, T), 1 for a token and 0 for padding
     */
    public record Batch(NDArray ids, NDArray mask) {}

    /** Pads texts of token ids to one batch, owned by {@code manager}. */
    public static Batch pad(List<long[]> texts, NDManager manager) {
        int width = texts.stream().mapToInt(ids -> ids.length).max().orElseThrow();
        long[] ids = new long[texts.size() * width];
        long[] mask = new long[ids.length];
        for (int row = 0; row < texts.size(); row++) {
            long[] text = texts.get(row);
            System.arraycopy(text, 0, ids, row * width, text.length);
            java.util.Arrays.fill(mask, row * width, row * width + text.length, 1);
        }
        Shape shape = new Shape(texts.size(), width);
        return new Batch(manager.create(ids, shape), manager.create(mask, shape));
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
