// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.corpus.Conversation;
import dev.graft.corpus.InputException;
import dev.graft.tokenize.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Texts, all of whose tokens are learnt. A text that is longer than {@code most} tokens is read in stretches that share one
 * token, so that none is lost.
 *
 * @param tokenizer that cuts nothing off
 * @param column of the text
 * @param end id of the token that ends a text, -1 where there is none
 */
public record TextRows(Tokenizer tokenizer, String column, long end, int most) implements RowReader<LabelledTokens> {
    @Override
    public List<LabelledTokens> read(JsonNode row, String place, Cuts cuts) {
        String text = Conversation.text(row, column, "");
        if (text.isBlank()) {
            throw new InputException(column + " is empty: nothing is learnt of the row");
        }
        long[] ids = tokenizer.ids(text);
        if (end >= 0 && (ids.length == 0 || ids[ids.length - 1] != end)) {
            ids = Arrays.copyOf(ids, ids.length + 1);
            ids[ids.length - 1] = end;
        }
        List<LabelledTokens> rows = new ArrayList<>();
        for (int from = 0; from + 1 < ids.length || from == 0; from += most - 1) {
            long[] stretch = Arrays.copyOfRange(ids, from, Math.min(ids.length, from + most));
            long[] labels = stretch.clone();
            labels[0] = LabelledTokens.NONE; // no token stands before it
            String id = from == 0 ? place : place + " from token " + from;
            rows.add(cuts.cut(new LabelledTokens(id, stretch, labels), most));
        }
        return rows;
    }
}
