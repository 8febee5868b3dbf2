// SPDX-License-Identifier: Apache-2.0
package dev.graft.corpus;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Records of separated values as in RFC 4180: a quoted cell may hold separators, line ends and quotes in twos. A line that a
 * quote leaves broken is a record by itself, with a problem, and reading goes on at the next: one wrong quote costs one line.
 */
final class CsvRecords implements Iterator<CsvRecords.CsvRecord> {
    /** A quoted cell that goes on for so many chars is taken as one that lacks its closing quote. */
    private static final int MOST_CHARS = 1 << 24;

    private final Iterator<Lines.Line> lines;
    private final char separator;
    private final char quote;
    /** Lines that were read ahead, for a quoted cell that did not end. */
    private final Deque<Lines.Line> ahead = new ArrayDeque<>();

    /**
     * A record.
     *
     * @param cells null where nothing stands between the separators
     * @param problem null where there is none
     */
    record CsvRecord(
            long offset,
            String raw,
            List<@Nullable String> cells,
            @Nullable String problem) {}

    CsvRecords(Iterator<Lines.Line> lines, char separator, char quote) {
        this.lines = lines;
        this.separator = separator;
        this.quote = quote;
    }

    @Override
    public boolean hasNext() {
        while (ahead.isEmpty() || isBlank(ahead.peek())) {
            ahead.poll();
            if (ahead.isEmpty() && !lines.hasNext()) {
                return false;
            }
            if (ahead.isEmpty()) {
                ahead.add(lines.next());
            }
        }
        return true;
    }

    private static boolean isBlank(Lines.@Nullable Line line) {
        return line == null || line.text().isBlank();
    }

    @Override
    public CsvRecord next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Lines.Line first = ahead.element();
        return first.text().indexOf(quote) < 0 ? plain(ahead.remove()) : quoted(first);
    }

    private CsvRecord plain(Lines.Line line) {
        List<@Nullable String> cells = new ArrayList<>();
        int from = 0;
        for (int to = line.text().indexOf(separator); to >= 0; to = line.text().indexOf(separator, from)) {
            cells.add(cell(line.text(), from, to));
            from = to + 1;
        }
        cells.add(cell(line.text(), from, line.text().length()));
        return new CsvRecord(line.offset(), line.text(), cells, line.utf8() ? null : RowRules.NOT_UTF8);
    }

    private static @Nullable String cell(String line, int from, int to) {
        return from == to ? null : line.substring(from, to);
    }

    private CsvRecord quoted(Lines.Line first) {
        Cells cells = new Cells();
        List<Lines.Line> used = new ArrayList<>();
        Iterator<Lines.Line> known = ahead.iterator();
        int chars = 0;
        boolean utf8 = true;
        do {
            Lines.Line line;
            if (known.hasNext()) {
                line = known.next();
            } else if (lines.hasNext() && chars < MOST_CHARS) {
                line = lines.next();
                ahead.add(line);
            } else {
                return broken("a quote that is not closed");
            }
            used.add(line);
            chars += line.text().length();
            utf8 &= line.utf8();
            if (!cells.take(line)) {
                return broken("a quote within a quoted cell that is not doubled");
            }
        } while (cells.inQuotes);
        StringBuilder raw = new StringBuilder();
        for (int i = 0; i < used.size(); i++) {
            raw.append(used.get(i).text())
                    .append(i < used.size() - 1 ? used.get(i).end() : "");
            ahead.remove();
        }
        return new CsvRecord(first.offset(), raw.toString(), cells.done, utf8 ? null : RowRules.NOT_UTF8);
    }

    private CsvRecord broken(String problem) {
        Lines.Line line = ahead.remove();
        return new CsvRecord(line.offset(), line.text(), List.of(), problem);
    }

    /** The cells of a record as its lines are gone through. */
    private final class Cells {
        final List<@Nullable String> done = new ArrayList<>();
        boolean inQuotes;
        private final StringBuilder cell = new StringBuilder();

        /** Whether the line has no char between a closing quote and the end of its cell. */
        boolean take(Lines.Line line) {
            String text = line.text();
            int at = 0;
            while (true) {
                if (!inQuotes && (at == text.length() || text.charAt(at) != quote)) {
                    int to = text.indexOf(separator, at);
                    done.add(cell(text, at, to < 0 ? text.length() : to));
                    if (to < 0) {
                        return true;
                    }
                    at = to + 1;
                    continue;
                }
                at = closing(text, inQuotes ? at : at + 1);
                if (at < 0) {
                    inQuotes = true;
                    cell.append(line.end());
                    return true;
                }
                inQuotes = false;
                done.add(cell.toString());
                cell.setLength(0);
                if (at == text.length()) {
                    return true;
                }
                if (text.charAt(at) != separator) {
                    return false;
                }
                at++;
            }
        }

        /** Takes a quoted cell up to its closing quote, and answers what is after it; -1 where it goes on. */
        private int closing(String text, int from) {
            int start = from;
            while (true) {
                int found = text.indexOf(quote, start);
                if (found < 0) {
                    cell.append(text, start, text.length());
                    return -1;
                }
                cell.append(text, start, found);
                if (found + 1 == text.length() || text.charAt(found + 1) != quote) {
                    return found + 1;
                }
                cell.append(quote);
                start = found + 2;
            }
        }
    }
}
