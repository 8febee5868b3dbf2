// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

import dev.graft.corpus.Conversation;
import dev.graft.corpus.InputException;
import dev.graft.corpus.Message;
import dev.graft.corpus.Span;
import dev.graft.tokenize.ChatTemplate;
import java.util.ArrayList;
import java.util.List;

/**
 * A conversation as the model reads it, and where the assistant's words lie in it. The template is not asked for marks of
 * generation, which most lack: each answer is replaced by a stand-in, and the answer is where the two texts differ. So a turn
 * that a template adds, a content that it trims and a prompt that it ends otherwise than it renders do not matter.
 *
 * @param text the rendered conversation
 * @param answers the assistant's words, in order, without what the template puts around them
 */
record Turns(String text, List<Span> answers) {
    /** Chars of private use, which no text has: neither its first nor its last one is an answer's. */
    private static final String STAND_IN = "\uF8F0answer\uF8F1";

    /**
     * @throws InputException if an answer isn't in what the template makes
     * @throws dev.graft.checkpoint.CheckpointException if the template refuses the conversation
     */
    static Turns of(Conversation conversation, ChatTemplate template) {
        List<Message> turns = conversation.turns();
        String text = template.render(turns, false);
        List<Span> answers = new ArrayList<>();
        for (int i = 0; i < turns.size(); i++) {
            if (turns.get(i).role().equals(Conversation.ASSISTANT)) {
                List<Message> other = new ArrayList<>(turns);
                other.set(i, new Message(Conversation.ASSISTANT, STAND_IN));
                answers.add(difference(text, template.render(other, false), i));
            }
        }
        return new Turns(text, answers);
    }

    private static Span difference(String text, String other, int turn) {
        int start = 0;
        while (start < text.length() && start < other.length() && text.charAt(start) == other.charAt(start)) {
            start++;
        }
        int behind = 0;
        while (behind < text.length() - start
                && behind < other.length() - start
                && text.charAt(text.length() - 1 - behind) == other.charAt(other.length() - 1 - behind)) {
            behind++;
        }
        if (start == text.length() - behind) {
            throw new InputException(
                    "turn " + (turn + 1) + ", the assistant's, is not in what the chat template makes of the row");
        }
        return new Span(start, text.length() - behind, Conversation.ASSISTANT);
    }
}
