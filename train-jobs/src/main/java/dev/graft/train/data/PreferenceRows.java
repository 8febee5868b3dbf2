// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.corpus.Conversation;
import dev.graft.corpus.InputException;
import dev.graft.corpus.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of {@code prompt}, {@code chosen} and {@code rejected}: texts, or lists of messages. Of each answer the last turn is
 * learnt, given all before it; what the prompt holds of the assistant's is no part of the preference.
 *
 * @param most tokens that each conversation is cut to
 */
public record PreferenceRows(ChatFormat format, int most) implements RowReader<Pair> {
    @Override
    public List<Pair> read(JsonNode row, String place, Cuts cuts) {
        List<Message> prompt = row.hasNonNull("prompt") ? messages(row, "prompt", "user") : List.of();
        LabelledTokens chosen = answered(place, prompt, messages(row, "chosen", "assistant"), cuts);
        LabelledTokens rejected = answered(place, prompt, messages(row, "rejected", "assistant"), cuts);
        if (java.util.Arrays.equals(chosen.ids(), rejected.ids())) {
            throw new InputException("chosen and rejected are the same: nothing is learnt of the row");
        }
        return List.of(new Pair(place, chosen, rejected));
    }

    private static List<Message> messages(JsonNode row, String column, String role) {
        return row.path(column).isTextual()
                ? List.of(new Message(role, row.get(column).asText()))
                : Conversation.turns(row, column);
    }

    private LabelledTokens answered(String place, List<Message> prompt, List<Message> answer, Cuts cuts) {
        List<Message> turns = new ArrayList<>(prompt);
        turns.addAll(answer);
        Conversation whole = new Conversation(place, turns);
        if (!turns.get(turns.size() - 1).role().equals(Conversation.ASSISTANT)) {
            throw new InputException("the last turn is the "
                    + turns.get(turns.size() - 1).role() + "'s; allowed is the assistant's, which is preferred or not");
        }
        return cuts.cut(format.lastAnswer(whole), most);
    }
}
