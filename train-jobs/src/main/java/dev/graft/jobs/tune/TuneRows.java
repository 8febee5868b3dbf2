// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.corpus.Conversation;
import dev.graft.corpus.ConversationFormat;
import dev.graft.corpus.InputException;
import dev.graft.corpus.Source;
import dev.graft.corpus.Split;
import dev.graft.corpus.Splitter;
import dev.graft.jobs.Storages;
import dev.graft.jobs.tune.TuneSettings.Teaching;
import dev.graft.storage.Storage;
import dev.graft.train.data.Cuts;
import dev.graft.train.data.JsonLines;
import dev.graft.train.data.JsonLines.Refused;
import dev.graft.train.data.Row;
import dev.graft.train.data.RowReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * The rows of a corpus in tokens.
 *
 * @param cuts of the training rows
 * @param refused rows of both parts that can't be used
 */
record TuneRows<R extends Row>(List<R> train, List<R> validation, Cuts cuts, List<Refused> refused) {
    private static final int SHOWN = 5;

    /**
     * @throws InputException if no row can be used, or more than {@code maxBadRows} of them can't
     */
    static <R extends Row> TuneRows<R> read(TuneSettings settings, RowReader<R> reader) {
        Source corpus = settings.recipe().corpus();
        double maxBadRows = settings.recipe().maxBadRows();
        TuneRows<R> rows = new TuneRows<>(new ArrayList<>(), new ArrayList<>(), new Cuts(), new ArrayList<>());
        int read = 0;
        if (settings.data().text().isPresent()) {
            for (Path file : files(settings.data().text().get())) {
                read += rows.add(new Lines(file, settings.teaching().text()), Integer.MAX_VALUE, reader, corpus);
            }
        } else {
            int limit = corpus.limit() == 0 ? Integer.MAX_VALUE : corpus.limit();
            read += rows.add(lines(corpus, corpus.train()), limit, reader, corpus);
            Cuts others = new Cuts();
            Optional<String> file = corpus.test().or(corpus::validation);
            if (file.isPresent()) {
                List<List<R>> held = lines(corpus, file.get())
                        .read(Integer.MAX_VALUE, (json, place) -> reader.read(json, place, others), rows.refused);
                held.forEach(rows.validation::addAll);
                read += held.size();
            }
        }
        int bad = rows.refused.size();
        if (rows.train.isEmpty() || bad > maxBadRows * (bad + read)) {
            throw new InputException(bad + " of " + (bad + read) + " rows can't be used; allowed is a share of "
                    + maxBadRows + " (max-bad-rows), and one row or more to learn from"
                    + rows.refused.stream()
                            .limit(SHOWN)
                            .map(each -> "\n  " + each.place() + ": " + each.reason())
                            .collect(Collectors.joining()));
        }
        return rows;
    }

    /**
     * A file of rows.
     *
     * @param column of lines that are texts; empty where they are JSON
     */
    private record Lines(Path file, String column) {
        <T> List<T> read(int most, BiFunction<JsonNode, String, T> reader, List<Refused> refused) {
            return column.isEmpty()
                    ? JsonLines.read(file, most, reader, refused)
                    : JsonLines.texts(file, column, most, reader, refused);
        }
    }

    private static Lines lines(Source corpus, String file) {
        return switch (corpus.format()) {
            case JSONL -> new Lines(Storages.local(file), "");
            case TEXT -> new Lines(Storages.local(file), corpus.text());
            case CSV, PARQUET, CONLL, TABLE ->
                throw new InputException("corpus.format is " + corpus.format()
                        + "; allowed is jsonl or text where rows are looked at before a training");
        };
    }

    private static List<Path> files(String glob) {
        Storage storage = Storages.of(glob);
        try {
            List<Path> files = new ArrayList<>();
            for (Storage.Entry entry : storage.glob(glob)) {
                storage.files(entry).forEach(file -> files.add(Storages.local(file.path())));
            }
            if (files.isEmpty()) {
                throw new InputException("there is no file " + glob);
            }
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException("can't list " + glob + ": " + e, e);
        }
    }

    /** The labels of the annotated spans of a corpus, or of its training rows, sorted. */
    static List<String> labels(Source corpus, Teaching teaching) {
        boolean texts = teaching.kind() == ObjectiveKind.MULTI_LABEL;
        TreeSet<String> labels = new TreeSet<>(texts ? corpus.labels() : List.of());
        if (!labels.isEmpty()) {
            return List.copyOf(labels);
        }
        lines(corpus, corpus.train())
                .read(
                        Integer.MAX_VALUE,
                        (json, place) -> {
                            if (texts && split(corpus, json) == Split.TRAIN) {
                                labels.addAll(teaching.label().labels(json));
                            }
                            json.path(texts ? "" : teaching.spans())
                                    .forEach(span ->
                                            labels.add(span.path("label").asText()));
                            return place;
                        },
                        new ArrayList<>());
        return List.copyOf(labels);
    }

    /** The conversations that are held out, by the same file or the same hash as their rows; what can't be read is left out. */
    static List<Conversation> heldOut(Source corpus, ConversationFormat format) {
        List<Conversation> held = new ArrayList<>();
        Optional<String> file = corpus.test().or(corpus::validation);
        JsonLines.read(
                Storages.local(file.orElse(corpus.train())),
                Integer.MAX_VALUE,
                (json, place) -> {
                    Conversation row = Conversation.of(place, json, format.shape(), format.column());
                    if (file.isPresent() || split(corpus, json) != Split.TRAIN) {
                        held.add(row);
                    }
                    return row;
                },
                new ArrayList<>());
        return held;
    }

    /** The part of a row of the training file: its column says so, or the hash of its group, its id, or of all that it says. */
    static Split split(Source corpus, JsonNode row) {
        if (corpus.validation().isPresent() || corpus.test().isPresent()) {
            return Split.TRAIN;
        }
        String told = corpus.split().map(column -> row.path(column).asText()).orElse("");
        Optional<Split> given = Arrays.stream(Split.values())
                .filter(split -> split.column().equals(told))
                .findFirst();
        return given.orElseGet(() -> corpus.splitter().split(key(corpus, row)));
    }

    /** What rows are split and drawn by. */
    static String key(Source corpus, JsonNode row) {
        return corpus.group()
                .or(corpus::id)
                .map(column -> row.path(column).asText())
                .filter(key -> !key.isEmpty())
                .orElseGet(() -> Splitter.contentId(row.toString()));
    }

    /** Answers the rows that could be read. */
    private int add(Lines file, int limit, RowReader<R> reader, Source corpus) {
        Cuts heldOut = new Cuts();
        List<Boolean> learnt = file.read(
                limit,
                (json, place) -> {
                    boolean held = split(corpus, json) != Split.TRAIN;
                    (held ? validation : train).addAll(reader.read(json, place, held ? heldOut : cuts));
                    return held;
                },
                refused);
        return learnt.size();
    }
}
