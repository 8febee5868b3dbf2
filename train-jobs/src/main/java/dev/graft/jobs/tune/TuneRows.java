// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.corpus.Conversation;
import dev.graft.corpus.InputException;
import dev.graft.corpus.Split;
import dev.graft.corpus.Splitter;
import dev.graft.train.data.Cuts;
import dev.graft.train.data.JsonLines;
import dev.graft.train.data.JsonLines.Refused;
import dev.graft.train.data.Row;
import dev.graft.train.data.RowReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    static <R extends Row> TuneRows<R> read(TuneSettings.Corpus corpus, double maxBadRows, RowReader<R> reader) {
        TuneRows<R> rows = new TuneRows<>(new ArrayList<>(), new ArrayList<>(), new Cuts(), new ArrayList<>());
        Splitter splitter = new Splitter(corpus.share(), 0);
        int limit = corpus.limit() == 0 ? Integer.MAX_VALUE : corpus.limit();
        int read = rows.add(corpus.train(), limit, reader, splitter);
        Cuts others = new Cuts();
        if (corpus.validation().isPresent()) {
            List<List<R>> held = JsonLines.read(
                    corpus.validation().get(),
                    Integer.MAX_VALUE,
                    (json, place) -> reader.read(json, place, others),
                    rows.refused);
            held.forEach(rows.validation::addAll);
            read += held.size();
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

    /** The conversations that are held out, by the same file or the same hash as their rows; what can't be read is left out. */
    static List<Conversation> heldOut(TuneSettings.Corpus corpus) {
        List<Conversation> held = new ArrayList<>();
        Splitter splitter = new Splitter(corpus.share(), 0);
        boolean all = corpus.validation().isPresent();
        int limit = all || corpus.limit() == 0 ? Integer.MAX_VALUE : corpus.limit();
        JsonLines.read(
                corpus.validation().orElse(corpus.train()),
                limit,
                (json, place) -> {
                    Conversation row = Conversation.of(place, json, corpus.shape(), corpus.messages());
                    if (all || isHeldOut(splitter, json)) {
                        held.add(row);
                    }
                    return row;
                },
                new ArrayList<>());
        return held;
    }

    private static boolean isHeldOut(Splitter splitter, JsonNode row) {
        return splitter.split(Splitter.contentId(row.toString())) == Split.VALIDATION;
    }

    /** Answers the rows that could be read. */
    private int add(Path file, int limit, RowReader<R> reader, Splitter splitter) {
        Cuts heldOut = new Cuts();
        List<Boolean> learnt = JsonLines.read(
                file,
                limit,
                (json, place) -> {
                    boolean held = isHeldOut(splitter, json);
                    (held ? validation : train).addAll(reader.read(json, place, held ? heldOut : cuts));
                    return held;
                },
                refused);
        return learnt.size();
    }
}
