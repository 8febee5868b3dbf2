// SPDX-License-Identifier: Apache-2.0
package dev.graft.chat;

import dev.graft.chat.Chat.Answer.None;
import dev.graft.chat.Chat.Answer.Said;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.corpus.Message;
import dev.graft.generate.Hypothesis;
import dev.graft.generate.Pick;
import dev.graft.task.CausalLm;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A model of this machine, which answers in batches: what a question gets does not depend on the others.
 *
 * @param model with a chat template
 */
public record LocalChat(CausalLm model, Sampling sampling) implements Chat {
    @Override
    public List<Answer> answers(List<Question> questions) {
        List<List<Message>> conversations = questions.stream()
                .map(question -> List.of(new Message("user", question.prompt())))
                .toList();
        List<Pick> picks = questions.stream()
                .map(question -> sampling.pick(question.seed()))
                .toList();
        try {
            return model.answers(conversations, sampling.maxTokens(), picks).stream()
                    .map(this::answer)
                    .toList();
        } catch (CheckpointException ofOne) {
            return IntStream.range(0, questions.size())
                    .mapToObj(i -> alone(conversations.get(i), picks.get(i)))
                    .toList();
        }
    }

    private Answer alone(List<Message> conversation, Pick pick) {
        try {
            return answer(model.answer(conversation, sampling.maxTokens(), pick, text -> {}));
        } catch (CheckpointException e) {
            return new None(String.valueOf(e.getMessage()));
        }
    }

    private Answer answer(Hypothesis tokens) {
        return new Said(model.text(tokens), !tokens.truncated());
    }
}
