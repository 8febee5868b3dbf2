// SPDX-License-Identifier: Apache-2.0
package dev.graft.corpus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What makes a row a document, whatever its file is. Knows a row alone: that an id or a text occurs twice is found elsewhere.
 *
 * @param part the split that all rows of the file belong to; where null, each row's column or its hash says it
 * @param maxChars a longer text is refused
 */
public record RowRules(Source source, @Nullable Split part, int maxChars) implements Serializable {
    static final String NOT_UTF8 = "not UTF-8";
    /** What the names of columns begin with that the jobs add for a while. */
    public static final String INTERNAL = "_graft_";

    /** What a column holds, in the words of JSON. */
    static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT, POJO -> "an object";
            case STRING -> "a text";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            case BINARY, MISSING, NULL -> "nothing";
        };
    }

    /** Whether the split of a row is drawn by a hash. */
    public boolean draws() {
        return part == null && source.split().isEmpty() && !source.splitter().trainsOnAll();
    }

    /** Judges a row by its values. A value is null where the row has none. */
    public CorpusRow judge(
            @Nullable String text,
            @Nullable String label,
            @Nullable String givenId,
            @Nullable String givenGroup,
            @Nullable String givenSplit,
            @Nullable JsonNode givenSpans) {
        @Nullable String reason = reason(text, label, givenId);
        List<Span> spans = List.of();
        if (reason == null && text != null && source.spanFormat().isPresent()) {
            try {
                spans = source.spanFormat().get().spans(givenSpans, text);
            } catch (InputException e) {
                reason = e.getMessage();
            }
        }
        @Nullable String id = source.id().isPresent() ? givenId : contentId(text, label);
        @Nullable String group = givenGroup == null ? id : givenGroup;
        @Nullable Split split = split(group, givenSplit);
        if (reason == null && split == null) {
            reason = "unknown split: " + givenSplit;
        }
        return new CorpusRow(0, "", reason, id, text, label, spans, draws() ? group : null, split, null);
    }

    /**
     * As {@link #judge}, of a conversation.
     *
     * @throws InputException if it is none
     */
    CorpusRow judge(
            JsonNode row,
            @Nullable String label,
            @Nullable String givenId,
            @Nullable String givenGroup,
            @Nullable String givenSplit) {
        ConversationFormat.Rendered said = source.conversations().orElseThrow().rendered(row);
        return judge(said.text(), label, givenId, givenGroup, givenSplit, SpanFormat.written(said.turns()));
    }

    /** As {@link #judge}, of a conversation whose columns are given as a JSON object. */
    public CorpusRow judgeConversation(
            String row,
            @Nullable String label,
            @Nullable String givenId,
            @Nullable String givenGroup,
            @Nullable String givenSplit) {
        try {
            return judge(JsonRow.JSON.readTree(row), label, givenId, givenGroup, givenSplit);
        } catch (InputException | JsonProcessingException e) {
            return CorpusRow.bad(0, row, String.valueOf(e.getMessage()));
        }
    }

    /**
     * As {@link #judge}, with spans as JSON.
     */
    public CorpusRow judgeWithJson(
            @Nullable String text,
            @Nullable String label,
            @Nullable String givenId,
            @Nullable String givenGroup,
            @Nullable String givenSplit,
            @Nullable String givenSpans) {
        JsonNode spans = null;
        if (givenSpans != null) {
            try {
                spans = JsonRow.JSON.readTree(givenSpans);
            } catch (JsonProcessingException e) {
                spans = TextNode.valueOf(givenSpans);
            }
        }
        return judge(text, label, givenId, givenGroup, givenSplit, spans);
    }

    private static @Nullable String contentId(@Nullable String text, @Nullable String label) {
        return text == null ? null : Splitter.contentId(label == null ? text : text + "\0" + label);
    }

    private @Nullable String reason(@Nullable String text, @Nullable String label, @Nullable String id) {
        if (text == null) {
            return "no text";
        }
        if (text.isBlank()) {
            return "empty text";
        }
        if (text.length() > maxChars) {
            int characters = text.codePointCount(0, text.length());
            if (characters > maxChars) {
                return "text has " + characters + " chars; max-chars is " + maxChars;
            }
        }
        if (source.id().isPresent() && (id == null || id.isBlank())) {
            return "no id";
        }
        return label == null ? null : source.labelKind().reason(label, source.labels());
    }

    private @Nullable Split split(@Nullable String group, @Nullable String given) {
        if (part != null) {
            return part;
        }
        if (source.split().isPresent()) {
            for (Split split : Split.values()) {
                if (split.column().equals(given)) {
                    return split;
                }
            }
            return null;
        }
        return group == null || source.splitter().trainsOnAll()
                ? Split.TRAIN
                : source.splitter().split(group);
    }

    /**
     * Names under which other columns are kept that would stand in the way of those of the result, by their own. They get
     * {@code given_} before their name.
     *
     * @throws InputException if the rows are augmented already
     */
    public Map<String, String> renamed(String file, Set<String> columns) {
        if (columns.contains("augmentation")) {
            throw new InputException(file + " has a column augmentation, so it is augmented already; allowed are"
                    + " originals without that column");
        }
        Set<String> taken = new HashSet<>(Source.RESERVED);
        source.columns().forEach(name -> taken.add(name.toLowerCase(Locale.ROOT)));
        Map<String, String> renamed = new TreeMap<>();
        for (String column : new TreeSet<>(columns)) {
            String name = column;
            while (name.isEmpty() || name.startsWith(INTERNAL) || !taken.add(name.toLowerCase(Locale.ROOT))) {
                name = "given_" + name;
            }
            if (!name.equals(column)) {
                renamed.put(column, name);
            }
        }
        return renamed;
    }
}
