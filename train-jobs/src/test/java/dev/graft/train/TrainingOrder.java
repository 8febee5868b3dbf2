// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.corpus.Conversation;
import dev.graft.tokenize.Tokenizer;
import dev.graft.train.data.ChatFormat;
import dev.graft.train.data.ChatRows;
import dev.graft.train.data.Cuts;
import dev.graft.train.data.JsonLines;
import dev.graft.train.data.PreferenceRows;
import dev.graft.train.data.Row;
import dev.graft.train.data.RowReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The batches of one pass over rows, as lists of their indices, for a reference in another language that is to see the same rows in
 * the same order.
 */
public final class TrainingOrder {
    private TrainingOrder() {}

    /** Arguments: sft or dpo, model, rows, batch size, most tokens, seed, file to write. */
    public static void main(String[] args) throws IOException {
        ModelFolder files = ModelFolder.read(Path.of(args[1]));
        int most = Integer.parseInt(args[4]);
        try (Tokenizer tokenizer = Tokenizer.whole(files.tokenizer())) {
            ChatFormat format = ChatFormat.of(files, tokenizer);
            RowReader<? extends Row> reader = args[0].equals("dpo")
                    ? new PreferenceRows(format, most)
                    : new ChatRows(format, Conversation.Shape.MESSAGES, "messages", most);
            List<Integer> lengths = new ArrayList<>();
            JsonLines.read(
                    Path.of(args[2]),
                    Integer.MAX_VALUE,
                    (json, place) -> lengths.addAll(reader.read(json, place, new Cuts()).stream()
                            .map(Row::tokens)
                            .toList()),
                    new ArrayList<>());
            Batches batches = new Batches(
                    lengths.stream().mapToInt(length -> length).toArray(),
                    Integer.parseInt(args[3]),
                    0,
                    Long.parseLong(args[5]));
            new ObjectMapper().writeValue(Path.of(args[6]).toFile(), batches.epoch(0));
        }
    }
}
