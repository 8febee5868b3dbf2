// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.translate;

import dev.graft.corpus.InputException;
import dev.graft.corpus.Lines;
import dev.graft.train.data.JsonLines.Refused;
import dev.graft.train.data.SourceTarget;
import dev.graft.translate.PairTokens;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Two files whose lines are translations of each other. */
record Bitext(Path source, Path target) {
    /**
     * The sentences of both.
     *
     * @throws InputException if one has more lines, or a line that is not UTF-8
     */
    Sentences read() {
        Sentences sentences = new Sentences(lines(source), lines(target));
        if (sentences.source.size() != sentences.target.size() || sentences.source.isEmpty()) {
            throw new InputException(source + " has " + sentences.source.size() + " lines and " + target + " "
                    + sentences.target.size() + "; allowed are as many, and 1 or more");
        }
        return sentences;
    }

    /** Line by line. */
    record Sentences(List<String> source, List<String> target) {}

    private static List<String> lines(Path file) {
        List<String> all = new ArrayList<>();
        try (InputStream bytes = Files.newInputStream(file)) {
            Lines lines = new Lines(file.toString(), bytes, StandardCharsets.UTF_8);
            while (lines.hasNext()) {
                Lines.Line line = lines.next();
                if (!line.utf8()) {
                    throw new InputException(file + ":" + (all.size() + 1) + ": not UTF-8");
                }
                all.add(line.text().strip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file + ": " + e, e);
        }
        return all;
    }

    /**
     * In tokens.
     *
     * @param most tokens of a side
     * @param refused gets the pairs of which nothing can be learnt
     */
    List<SourceTarget> rows(Sentences sentences, PairTokens tokens, int most, List<Refused> refused) {
        List<SourceTarget> rows = new ArrayList<>();
        for (int i = 0; i < sentences.source.size(); i++) {
            String place = source.getFileName() + ":" + (i + 1);
            String from = sentences.source.get(i);
            String to = sentences.target.get(i);
            if (from.isEmpty() || to.isEmpty()) {
                refused.add(new Refused(place, "one side is empty"));
                continue;
            }
            long[] read = longs(tokens.source(from).tokens());
            long[] written = longs(tokens.expected(to));
            if (Math.max(read.length, written.length) > most) {
                refused.add(new Refused(
                        place,
                        "sides of " + read.length + " and " + written.length
                                + " tokens; allowed are up to max-length = " + most));
            } else {
                rows.add(new SourceTarget(place, read, written));
            }
        }
        return rows;
    }

    private static long[] longs(int[] ids) {
        return Arrays.stream(ids).asLongStream().toArray();
    }
}
