// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import dev.graft.corpus.Conversation;
import dev.graft.corpus.Message;
import dev.graft.generate.Hypothesis;
import dev.graft.generate.Pick;
import dev.graft.stats.TextMatch;
import dev.graft.task.CausalLm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** What a model answers to conversations, beside what stands there. */
public final class Generations {
    private static final int BATCH = 8;

    private final List<String> answers = new ArrayList<>();
    private final List<String> references = new ArrayList<>();

    /**
     * Of each conversation the last answer is the reference, and all before it is asked.
     *
     * @param most tokens of an answer
     * @param picks how the tokens of the answer of a number are chosen
     * @param told gets each answer as a line: id, messages, reference, answer, and whether it is cut off
     */
    public static Generations of(
            CausalLm lm,
            List<Conversation> conversations,
            int most,
            IntFunction<Pick> picks,
            Consumer<Map<String, Object>> told) {
        Generations all = new Generations();
        for (int from = 0; from < conversations.size(); from += BATCH) {
            List<Conversation> some = conversations.subList(from, Math.min(from + BATCH, conversations.size()));
            List<Pick> chosen = new ArrayList<>();
            for (int i = 0; i < some.size(); i++) {
                chosen.add(picks.apply(from + i));
            }
            List<Hypothesis> answers =
                    lm.answers(some.stream().map(Conversation::asked).toList(), most, chosen);
            for (int i = 0; i < some.size(); i++) {
                told.accept(all.line(
                        some.get(i), lm.text(answers.get(i)), answers.get(i).truncated()));
            }
        }
        return all;
    }

    private Map<String, Object> line(Conversation conversation, String answer, boolean cut) {
        answers.add(answer);
        references.add(conversation.answer());
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("id", conversation.id());
        line.put(
                "messages", conversation.asked().stream().map(Generations::turn).toList());
        line.put("reference", conversation.answer());
        line.put("answer", answer);
        line.put("cut-off", cut);
        return line;
    }

    private static Map<String, String> turn(Message message) {
        Map<String, String> turn = new LinkedHashMap<>();
        turn.put("role", message.role());
        turn.put("content", message.content());
        return turn;
    }

    /** How near the answers are to the references, from 0 to 100, by name; empty where there are none. */
    public SortedMap<String, Double> scores() {
        SortedMap<String, Double> scores = new TreeMap<>();
        if (!answers.isEmpty()) {
            scores.put("exact-match", TextMatch.exactMatch(answers, references));
            scores.put("rouge-l", TextMatch.rougeL(answers, references));
            scores.put("chrf", TextMatch.chrF(answers, references));
            scores.put("bleu", TextMatch.bleu(answers, references));
        }
        return scores;
    }
}
