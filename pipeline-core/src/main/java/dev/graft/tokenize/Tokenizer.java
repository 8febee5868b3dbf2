// SPDX-License-Identifier: Apache-2.0
package dev.graft.tokenize;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.graft.checkpoint.CheckpointException;
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
        this(
                json,
                Map.of(
                        "truncation",
                        "true",
                        "padding",
                        "false",
                        "maxLength",
                        Integer.toString(maxLength),
                        "modelMaxLength",
                        Integer.toString(maxLength)));
    }

    private Tokenizer(String json, Map<String, String> options) {
        try {
            tokenizer = HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), options);
        } catch (IOException e) {
            throw new UncheckedIOException("tokenizer.json can't be read: " + e, e);
        } catch (RuntimeException e) {
            throw new CheckpointException("tokenizer.json can't be used: " + e.getMessage(), e);
        }
    }

    /** A tokenizer that cuts nothing off, of the content of {@code tokenizer.json}. */
    public static Tokenizer whole(String json) {
        String most = Integer.toString(Integer.MAX_VALUE);
        return new Tokenizer(
                json, Map.of("truncation", "false", "padding", "false", "maxLength", most, "modelMaxLength", most));
    }

    /** The text of token ids, without the special tokens. */
    public String text(long[] ids) {
        return tokenizer.decode(ids, true);
    }

    /** The text of token ids, the special ones among them. */
    public String whole(long[] ids) {
        return tokenizer.decode(ids, false);
    }

    /** The text of a token, be it a special one. */
    public String special(int id) {
        return tokenizer.decode(new long[] {id}, false);
    }

    /** Token ids with the special tokens. */
    public long[] ids(String text) {
        return tokenizer.encode(text).getIds();
    }

    /**
     * A text without special tokens.
     *
     * @param ids of its tokens
     * @param starts first char of each token, inclusive
     * @param ends last char of each token, exclusive
     */
    public record Pieces(long[] ids, int[] starts, int[] ends) {
        public static final Pieces NONE = new Pieces(new long[0], new int[0], new int[0]);
    }

    /** Tokens and where they lie. */
    public Pieces pieces(String text) {
        Encoding encoding = tokenizer.encode(wellFormed(text), false, false);
        CharSpan[] spans = encoding.getCharTokenSpans();
        int[] starts = new int[spans.length];
        int[] ends = new int[spans.length];
        // The tokenizer counts code points and in order, Java counts UTF-16 units.
        int codePoint = 0;
        int at = 0;
        for (int i = 0; i < spans.length; i++) {
            if (spans[i].getStart() < codePoint) {
                codePoint = 0;
                at = 0;
            }
            starts[i] = text.offsetByCodePoints(at, spans[i].getStart() - codePoint);
            ends[i] = text.offsetByCodePoints(starts[i], spans[i].getEnd() - spans[i].getStart());
            codePoint = spans[i].getStart();
            at = starts[i];
        }
        return new Pieces(encoding.getIds(), starts, ends);
    }

    /** Half a character, which the tokenizer would take for several, becomes one that stands for the unknown. */
    private static String wellFormed(String text) {
        StringBuilder whole = new StringBuilder(text);
        for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
            if (Character.isSurrogate(text.charAt(at)) && Character.charCount(text.codePointAt(at)) == 1) {
                whole.setCharAt(at, '\uFFFD');
            }
        }
        return whole.toString();
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
