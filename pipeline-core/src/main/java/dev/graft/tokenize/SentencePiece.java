// SPDX-License-Identifier: Apache-2.0
package dev.graft.tokenize;

import ai.djl.sentencepiece.SpProcessor;
import ai.djl.sentencepiece.SpTokenizer;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.Gzip;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;

/** A SentencePiece model (Kudo & Richardson 2018): text to ids of pieces and back. May be shared by threads. */
public final class SentencePiece implements AutoCloseable {
    /** A character of private use, which no model has a piece for. */
    private static final String UNKNOWN = "\uE000";

    private final SpTokenizer tokenizer;
    private final SpProcessor processor;

    /**
     * @param file {@code .spm}, plain, or compressed if its name ends in {@code .gz}
     * @throws CheckpointException if it is no such model
     */
    public SentencePiece(Path file) {
        byte[] model = Gzip.read(file);
        try {
            tokenizer = new SpTokenizer(model);
        } catch (RuntimeException e) {
            throw new CheckpointException(file + ": not a model of SentencePiece: " + e.getMessage(), e);
        }
        processor = tokenizer.getProcessor();
    }

    /** Ids of a text's pieces, without a mark of its end. */
    public int[] ids(String text) {
        return processor.encode(basic(text));
    }

    /** A text's pieces as the model spells them; what it has no piece for stands as it is. */
    public List<String> pieces(String text) {
        return List.of(processor.tokenize(basic(text)));
    }

    /** The text of pieces as the model spells them. */
    public String text(List<String> pieces) {
        return processor.buildSentence(pieces.toArray(String[]::new));
    }

    /** The text of pieces. */
    public String text(int[] ids) {
        return processor.decode(ids);
    }

    /** The id of a piece as the model spells it, such as {@code </s>}; that of the unknown piece where there is none. */
    public int id(String piece) {
        return processor.getId(piece);
    }

    /**
     * The native code is handed what Java calls UTF-8, which spells characters beyond the basic plane otherwise than the
     * rest of the world. What the compatibility form (NFKC) of such a character does not bring into the plane, or is half a
     * character, no piece has.
     */
    private static String basic(String text) {
        StringBuilder basic = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            if (Character.isBmpCodePoint(point) && !Character.isSurrogate((char) point)) {
                basic.append(point == 0 ? ' ' : (char) point);
            } else {
                String form = Normalizer.normalize(Character.toString(point), Normalizer.Form.NFKC);
                basic.append(form.chars().anyMatch(unit -> Character.isSurrogate((char) unit)) ? UNKNOWN : form);
            }
        });
        return basic.toString();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
