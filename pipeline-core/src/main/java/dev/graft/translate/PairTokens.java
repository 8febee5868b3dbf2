// SPDX-License-Identifier: Apache-2.0
package dev.graft.translate;

import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.ModelFolder;
import java.util.List;
import java.util.OptionalInt;

/** Sentences of one language to tokens, and tokens to sentences of another. May be shared by threads. */
public interface PairTokens extends AutoCloseable {
    /**
     * Of a folder as the hub has it.
     *
     * @param from language of the sentences, as ISO 639 has it
     * @param to language of the translations
     * @throws CheckpointException if a file is missing, or the model is between other languages
     */
    static PairTokens of(ModelFolder files, String from, String to) {
        if (files.config().path("model_type").asText().equals("marian")) {
            return new MarianTokens(files.folder(), to, FolderTranslator.required(files, "pad_token_id"));
        }
        return files.tokenizer().isEmpty()
                ? new M2mTokens(files.folder(), from, to)
                : new NllbTokens(files.folder(), files.tokenizer(), from, to);
    }

    /**
     * @param tokens with the end
     * @param unknown whether it holds a piece that the vocabulary has not
     */
    record Source(int[] tokens, boolean unknown) {}

    /**
     * @param unknown whether it holds the piece that stands for none
     */
    record Target(String text, boolean unknown) {}

    Source source(String sentence);

    /** A sentence as a translation of it should be written, with all that is written of it: its language and its end. */
    int[] expected(String sentence);

    /**
     * @param tokens without the end
     */
    Target target(List<Integer> tokens);

    /** The token that a translation begins with, which names its language. */
    default OptionalInt first() {
        return OptionalInt.empty();
    }

    @Override
    void close();
}
