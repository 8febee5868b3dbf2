// SPDX-License-Identifier: Apache-2.0
package dev.graft.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Who said what, turn by turn.
 *
 * @param id by which a message names it
 */
public record Conversation(String id, List<Message> turns) {
    public static final String ASSISTANT = "assistant";
    public static final String SYSTEM = "system";
    public static final String USER = "user";

    /** Behind an instruction, before its input. */
    private static final String INPUT = "\n\n";

    /** How a row of JSON holds a conversation. */
    public enum Shape {
        /** A list of {@code role} and {@code content}, in the column that the configuration names. */
        MESSAGES,
        /** {@code instruction}, {@code output} and perhaps {@code input} and {@code system} (Taori et al. 2023). */
        ALPACA,
        /** A list of {@code from} and {@code value} in the column {@code conversations}. */
        SHAREGPT
    }

    private static final Map<String, String> MESSAGE_ROLES = Map.of(SYSTEM, SYSTEM, USER, USER, ASSISTANT, ASSISTANT);
    private static final Map<String, String> SHAREGPT_ROLES = Map.of(
            SYSTEM, SYSTEM, "human", USER, USER, USER, "gpt", ASSISTANT, ASSISTANT, ASSISTANT, "chatgpt", ASSISTANT);

    /**
     * @throws InputException if no turn is the assistant's, one of those is empty, or the system speaks after others
     */
    public Conversation {
        turns = List.copyOf(turns);
        boolean answered = false;
        for (int i = 0; i < turns.size(); i++) {
            Message turn = turns.get(i);
            if (turn.role().equals(SYSTEM) && i > 0) {
                throw new InputException("turn " + (i + 1) + " is the system's; allowed is the first one");
            }
            if (turn.role().equals(ASSISTANT)) {
                answered = true;
                if (turn.content().isBlank()) {
                    throw new InputException(
                            "turn " + (i + 1) + ", the assistant's, is empty: nothing is learnt of it");
                }
            }
        }
        if (!answered) {
            throw new InputException("no turn is the assistant's: nothing is learnt of the row");
        }
    }

    /** The turns before the assistant's last one. */
    public List<Message> asked() {
        return turns.subList(0, last());
    }

    /** What the assistant said last. */
    public String answer() {
        return turns.get(last()).content();
    }

    private int last() {
        int last = turns.size() - 1;
        while (!turns.get(last).role().equals(ASSISTANT)) {
            last--;
        }
        return last;
    }

    /**
     * Reads a row.
     *
     * @param column of {@link Shape#MESSAGES}
     * @throws InputException that says what is given and what is allowed
     */
    public static Conversation of(String id, JsonNode row, Shape shape, String column) {
        List<Message> parts = parts(row, shape, column);
        boolean input = shape == Shape.ALPACA
                && parts.stream().filter(part -> part.role().equals(USER)).count() == 2;
        return new Conversation(id, input ? joined(parts) : parts);
    }

    /**
     * What is said in a row, text by text as it is stored: a turn that is stored as two texts, an instruction and its input, is
     * two of them.
     *
     * @param column of {@link Shape#MESSAGES}
     * @throws InputException that says what is given and what is allowed
     */
    static List<Message> parts(JsonNode row, Shape shape, String column) {
        return switch (shape) {
            case MESSAGES -> turns(row, column);
            case SHAREGPT -> turns(row, "conversations", "from", "value", SHAREGPT_ROLES);
            case ALPACA -> alpaca(row);
        };
    }

    /** An instruction and its input are one turn. */
    private static List<Message> joined(List<Message> parts) {
        List<Message> turns = new ArrayList<>(parts);
        int answer = turns.size() - 1;
        Message input = turns.remove(answer - 1);
        Message instruction = turns.remove(answer - 2);
        turns.add(answer - 2, new Message(USER, instruction.content() + INPUT + input.content()));
        return turns;
    }

    /** The turns in a column of {@code role} and {@code content}. */
    public static List<Message> turns(JsonNode row, String column) {
        return turns(row, column, "role", "content", MESSAGE_ROLES);
    }

    private static List<Message> turns(
            JsonNode row, String column, String roleKey, String textKey, Map<String, String> roles) {
        JsonNode list = row.path(column);
        if (!list.isArray() || list.isEmpty()) {
            throw new InputException(
                    column + " is " + kind(list) + "; allowed is a list of { " + roleKey + ", " + textKey + " }");
        }
        List<Message> turns = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            String place = column + "[" + i + "]";
            JsonNode turn = list.get(i);
            String given = text(turn, roleKey, place + ".");
            String role = roles.get(given);
            if (role == null) {
                throw new InputException(place + "." + roleKey + " is \"" + given + "\"; allowed are "
                        + roles.keySet().stream().sorted().collect(Collectors.joining(", ")));
            }
            turns.add(new Message(role, text(turn, textKey, place + ".")));
        }
        return turns;
    }

    private static List<Message> alpaca(JsonNode row) {
        List<Message> turns = new ArrayList<>();
        if (row.hasNonNull(SYSTEM)) {
            turns.add(new Message(SYSTEM, text(row, SYSTEM, "")));
        }
        turns.add(new Message(USER, text(row, "instruction", "")));
        String input = row.hasNonNull("input") ? text(row, "input", "") : "";
        if (!input.isBlank()) {
            turns.add(new Message(USER, input));
        }
        turns.add(new Message(ASSISTANT, text(row, "output", "")));
        return turns;
    }

    /**
     * A text in an object.
     *
     * @param place what stands before the key in a message
     */
    public static String text(JsonNode object, String key, String place) {
        JsonNode value = object.path(key);
        if (!value.isTextual()) {
            throw new InputException(place + key + " is " + kind(value) + "; allowed is a text");
        }
        return value.asText();
    }

    private static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case MISSING -> "missing";
            case ARRAY -> value.isEmpty() ? "an empty list" : "a list";
            case OBJECT -> "an object";
            case STRING -> "a text";
            case NUMBER, BOOLEAN, NULL, BINARY, POJO -> String.valueOf(value);
        };
    }
}
