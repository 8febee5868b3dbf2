// SPDX-License-Identifier: Apache-2.0
package dev.graft.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.config.Settings;
import dev.graft.corpus.Conversation.Shape;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A corpus of conversations, and how they become texts: what is said, each behind its role, one below the other. A table has the
 * text in the column {@value #TEXT} and where the turns lie in it in the column {@value #TURNS}, beside the columns of the user.
 *
 * @param column of {@link Shape#MESSAGES}
 */
public record ConversationFormat(Shape shape, String column) implements Serializable {
    /** Turns of role and content, in the column {@code messages}. */
    public static final ConversationFormat MESSAGES = new ConversationFormat(Shape.MESSAGES, "messages");

    public static final String TEXT = "text";
    public static final String TURNS = "turns";

    /** Columns of {@link Shape#ALPACA}, in the order in which they are said; the first and the third may be missing. */
    public static final List<String> ALPACA = List.of("system", "instruction", "input", "output");

    /**
     * A conversation as one text.
     *
     * @param turns where what is said lies in it, in order, with the role as the label
     */
    public record Rendered(String text, List<Span> turns) {
        public Rendered {
            turns = List.copyOf(turns);
        }

        static Rendered of(List<Message> said) {
            StringBuilder text = new StringBuilder();
            List<Span> turns = new ArrayList<>();
            for (Message each : said) {
                text.append(text.isEmpty() ? "" : "\n\n").append(each.role()).append(": ");
                int start = text.length();
                text.append(each.content());
                turns.add(new Span(start, text.length(), each.role()));
            }
            return new Rendered(text.toString(), turns);
        }
    }

    /** Reads {@code messages}, the name of a column, and {@code shape}; there are none where neither is given. */
    static Optional<ConversationFormat> read(Settings corpus, Source.Format format) {
        if (!corpus.has("messages") && !corpus.has("shape")) {
            return Optional.empty();
        }
        Shape shape = corpus.choice("shape", Shape.class, Shape.MESSAGES);
        if (corpus.has("messages") && shape != Shape.MESSAGES) {
            corpus.problem("messages", "no column with shape " + Settings.name(shape) + ", which has its own", "");
        }
        String column = corpus.string("messages", "messages");
        for (String key : List.of("text", "spans")) {
            if (corpus.has(key)) {
                corpus.problem(key, "no " + key + " beside conversations, whose turns are the text", "");
                corpus.string(key, "");
            }
        }
        return switch (format) {
            case JSONL, PARQUET, TABLE -> Optional.of(new ConversationFormat(shape, column));
            case CSV, TEXT, CONLL ->
                corpus.problem(
                        corpus.has("messages") ? "messages" : "shape",
                        "conversations with format jsonl or parquet, or of a table",
                        Optional.empty());
        };
    }

    /** The columns that hold it. */
    public List<String> columns() {
        return switch (shape) {
            case MESSAGES -> List.of(column);
            case SHAREGPT -> List.of("conversations");
            case ALPACA -> ALPACA;
        };
    }

    /** Those of them that may be missing. */
    Set<String> optional() {
        return shape == Shape.ALPACA ? Set.of("system", "input") : Set.of();
    }

    /** The field of what is said in a list of turns. */
    public String contents() {
        return shape == Shape.SHAREGPT ? "value" : "content";
    }

    /**
     * The conversation of a row.
     *
     * @throws InputException that says why it is none
     */
    public Rendered rendered(JsonNode row) {
        Conversation.of("", row, shape, column);
        return Rendered.of(Conversation.parts(row, shape, column));
    }
}
