// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.corpus.Conversation;
import dev.graft.corpus.InputException;
import dev.graft.corpus.Message;
import dev.graft.corpus.Span;
import dev.graft.tokenize.ChatTemplate;
import dev.graft.tokenize.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * From a conversation to tokens of which the assistant's carry loss: its words, and the token that ends its turn. The tokens are
 * those of the rendered text, to which nothing is added in front, so that what begins a text stands there once.
 *
 * @param special ids of the tokens that are no text
 * @param begin id of the token that begins a text; -1 where there is none
 * @param end id of the token that ends a text, for a template that does not end a turn by itself; -1 where there is none
 */
public record ChatFormat(ChatTemplate template, Tokenizer tokenizer, Set<Long> special, long begin, long end) {
    /**
     * Of a model's folder.
     *
     * @param tokenizer of the folder, that cuts nothing off
     * @throws CheckpointException if the folder has no chat template
     */
    public static ChatFormat of(ModelFolder files, Tokenizer tokenizer) {
        ChatTemplate template = ChatTemplate.of(files, tokenizer)
                .orElseThrow(() -> new CheckpointException(
                        files.configFile() + ": the model has no chat template, so it reads no conversations"));
        return new ChatFormat(
                template, tokenizer, special(files), id(files, "bos_token_id"), id(files, "eos_token_id"));
    }

    private static Set<Long> special(ModelFolder files) {
        Set<Long> special = new TreeSet<>();
        try {
            for (JsonNode token : new ObjectMapper().readTree(files.tokenizer()).path("added_tokens")) {
                if (token.path("special").asBoolean()) {
                    special.add(token.path("id").asLong());
                }
            }
        } catch (JsonProcessingException e) {
            throw new CheckpointException(files.configFile() + ": its tokenizer is not JSON", e);
        }
        files.ends().forEach(each -> special.add(each.longValue()));
        return special;
    }

    private static long id(ModelFolder files, String key) {
        JsonNode id = files.config().path(key);
        return (id.isArray() ? id.path(0) : id).asLong(-1);
    }

    /**
     * A conversation in tokens, uncut.
     *
     * @throws InputException if the row can't be learnt from
     * @throws CheckpointException if the template refuses it
     */
    public LabelledTokens sample(Conversation conversation) {
        return sample(conversation.id(), Turns.of(conversation, template));
    }

    /** As {@link #sample}, where the last of the assistant's turns alone carries loss. */
    LabelledTokens lastAnswer(Conversation conversation) {
        Turns turns = Turns.of(conversation, template);
        List<Span> answers = turns.answers();
        return sample(conversation.id(), new Turns(turns.text(), answers.subList(answers.size() - 1, answers.size())));
    }

    /**
     * Whether a model is asked otherwise than it was taught: the tokens of a prompt must be those that stand before an answer, or it
     * goes on from where it never was. A blank at the prompt's end is a token of its own there, and part of the answer's first one here.
     *
     * @param taught conversations in tokens
     * @return what differs; empty where nothing does
     */
    public Optional<String> otherPrompt(List<LabelledTokens> taught) {
        String question = "Which one?";
        String asked = template.render(List.of(new Message("user", question)), true);
        String end = asked.substring(asked.lastIndexOf(question) + question.length());
        for (LabelledTokens row : taught) {
            String text = tokenizer.whole(row.ids());
            int at = text.indexOf(end);
            if (at < 0) {
                return Optional.of("the chat template asks with a prompt that ends in \"" + end
                        + "\", which stands nowhere in " + row.id() + " as it is taught");
            }
            long[] prompt =
                    tokenizer.pieces(text.substring(0, at + end.length())).ids();
            int same = 0;
            while (same < Math.min(prompt.length, row.tokens()) && prompt[same] == row.ids()[same]) {
                same++;
            }
            if (same < prompt.length) {
                return Optional.of("the chat template asks with a prompt that ends in \"" + end + "\", whose last "
                        + (prompt.length - same) + " tokens are not those that stand before the answer of " + row.id()
                        + (end.equals(end.stripTrailing())
                                ? ""
                                : ": the blank at its end is part of the answer's first token there"));
            }
        }
        return Optional.empty();
    }

    private LabelledTokens sample(String id, Turns turns) {
        Tokenizer.Pieces pieces = tokenizer.pieces(turns.text());
        long[] ids = pieces.ids();
        if (ids.length > 1 && begin >= 0 && ids[0] == begin && ids[1] == begin) {
            throw new InputException("the chat template begins the text twice: token " + begin + " stands there twice");
        }
        boolean[] learnt = new boolean[ids.length];
        boolean ended = false;
        for (Span answer : turns.answers()) {
            int at = 0;
            while (at < ids.length && pieces.ends()[at] <= answer.start()) {
                at++;
            }
            while (at < ids.length && pieces.starts()[at] < answer.end()) {
                learnt[at++] = true;
            }
            ended = end(turns.text(), pieces, at, learnt);
        }
        boolean last = turns.answers().get(turns.answers().size() - 1).end()
                == turns.text().length();
        if (!ended && last && end >= 0) {
            ids = Arrays.copyOf(ids, ids.length + 1);
            learnt = Arrays.copyOf(learnt, ids.length);
            ids[ids.length - 1] = end;
            learnt[ids.length - 1] = true;
        }
        long[] labels = new long[ids.length];
        for (int i = 0; i < ids.length; i++) {
            labels[i] = learnt[i] && i > 0 ? ids[i] : LabelledTokens.NONE;
        }
        return new LabelledTokens(id, ids, labels);
    }

    /** Marks the token that ends a turn, and white space before it; answers whether there is one. */
    private boolean end(String text, Tokenizer.Pieces pieces, int from, boolean[] learnt) {
        for (int at = from; at < learnt.length; at++) {
            if (special.contains(pieces.ids()[at])) {
                Arrays.fill(learnt, from, at + 1, true);
                return true;
            }
            if (!text.substring(pieces.starts()[at], pieces.ends()[at]).isBlank()) {
                return false;
            }
        }
        return false;
    }
}
