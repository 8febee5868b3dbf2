// SPDX-License-Identifier: Apache-2.0
package dev.graft.translate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.tokenize.Tokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The tokens of NLLB: a {@code tokenizer.json} whose added tokens name the languages and their scripts, such as {@code deu_Latn}. */
final class NllbTokens implements PairTokens {
    private static final Pattern LANGUAGE = Pattern.compile("[a-z]{3}_[A-Z][a-z]{3}");

    private final Tokenizer tokenizer;
    private final int from;
    private final int to;
    private final int end;
    private final int unknown;

    /**
     * @param json content of {@code tokenizer.json}
     * @throws CheckpointException if a language is none of the model's
     */
    NllbTokens(Path folder, String json, String from, String to) {
        Map<String, Integer> added = new TreeMap<>();
        try {
            for (JsonNode each : new ObjectMapper().readTree(json).path("added_tokens")) {
                added.put(each.path("content").asText(), each.path("id").asInt());
            }
        } catch (JsonProcessingException e) {
            throw new CheckpointException(folder + ": tokenizer.json is not JSON: " + e.getOriginalMessage(), e);
        }
        end = token(folder, added, "</s>");
        unknown = token(folder, added, "<unk>");
        this.from = token(folder, added, language(folder, added, from));
        this.to = token(folder, added, language(folder, added, to));
        tokenizer = Tokenizer.whole(json);
    }

    private static int token(Path folder, Map<String, Integer> added, String name) {
        Integer id = added.get(name);
        if (id == null) {
            throw new CheckpointException(folder + ": tokenizer.json has no token " + name);
        }
        return id;
    }

    private static String language(Path folder, Map<String, Integer> added, String name) {
        String start = Locale.forLanguageTag(name).getISO3Language() + "_";
        List<String> all = added.keySet().stream()
                .filter(each -> LANGUAGE.matcher(each).matches())
                .toList();
        List<String> fitting =
                all.stream().filter(each -> each.startsWith(start)).toList();
        if (fitting.size() != 1) {
            throw new CheckpointException(folder + ": \"" + name + "\" may be "
                    + (fitting.isEmpty() ? "none of the model's languages " + all : "any of " + fitting));
        }
        return fitting.get(0);
    }

    @Override
    public Source source(String sentence) {
        int[] ids = ids(from, sentence);
        return new Source(ids, Arrays.stream(ids).anyMatch(id -> id == unknown));
    }

    @Override
    public int[] expected(String sentence) {
        return ids(to, sentence);
    }

    private int[] ids(int language, String sentence) {
        long[] words = tokenizer.pieces(sentence).ids();
        int[] ids = new int[words.length + 2];
        Arrays.setAll(ids, i -> i == 0 ? language : i == ids.length - 1 ? end : (int) words[i - 1]);
        return ids;
    }

    @Override
    public Target target(List<Integer> tokens) {
        long[] words = tokens.stream()
                .filter(token -> token != to && token != unknown)
                .mapToLong(token -> token)
                .toArray();
        return new Target(tokenizer.text(words).strip(), tokens.contains(unknown));
    }

    @Override
    public OptionalInt first() {
        return OptionalInt.of(to);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
