// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.corpus.Conversation;
import java.util.List;

/**
 * Conversations, of which the assistant's turns are learnt.
 *
 * @param column of {@link Conversation.Shape#MESSAGES}
 * @param most tokens that a conversation is cut to
 */
public record ChatRows(ChatFormat format, Conversation.Shape shape, String column, int most)
        implements RowReader<LabelledTokens> {
    @Override
    public List<LabelledTokens> read(JsonNode row, String place, Cuts cuts) {
        return List.of(cuts.cut(format.sample(Conversation.of(place, row, shape, column)), most));
    }
}
