// SPDX-License-Identifier: Apache-2.0
package dev.graft.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * From files to rows: JSON Lines, text, CSV and CoNLL. The same for a task that reads a part of a large file and for one who
 * looks at the first lines.
 */
public final class RowParser implements Serializable {
    private static final long serialVersionUID = 1;

    private final RowRules rules;
    private final Map<String, String> renamed;
    private final Set<String> used;
    private final Set<String> passing;
    private final Set<String> met = new TreeSet<>();

    /** @param renamed columns that are kept under another name, as {@link RowRules#renamed} answers */
    public RowParser(RowRules rules, Map<String, String> renamed) {
        this.rules = rules;
        this.renamed = Map.copyOf(renamed);
        used = rules.source().given();
        passing = new HashSet<>(used);
        passing.removeAll(rules.source().replaced());
    }

    /** Names of the columns of all rows so far, under their own names. */
    public Set<String> met() {
        return met;
    }

    /** Whether a task may begin to read in the middle of a file. */
    public boolean readsFromAnyLine() {
        Source.Format format = rules.source().format();
        return (format == Source.Format.JSONL || format == Source.Format.TEXT)
                && rules.source().charset().equals(StandardCharsets.UTF_8.name());
    }

    /** The rows of a file, lazily. */
    public Stream<CorpusRow> rows(String file, InputStream in) {
        Source source = rules.source();
        Lines lines = new Lines(file, in, Charset.forName(source.charset()));
        return switch (source.format()) {
            case JSONL, TEXT ->
                stream(lines).flatMap(line -> {
                    @Nullable CorpusRow row = line(file, line.offset(), line.text(), line.utf8());
                    return Stream.ofNullable(row);
                });
            case CSV -> csv(file, lines);
            case CONLL -> stream(new ConllSentences(lines)).flatMap(sentence -> Stream.ofNullable(conll(sentence)));
            case PARQUET, TABLE -> throw new IllegalStateException("no file of lines: " + source.format());
        };
    }

    private static <T> Stream<T> stream(Iterator<T> all) {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(all, Spliterator.ORDERED), false);
    }

    /** A line of JSON or text; null where it is blank. */
    public @Nullable CorpusRow line(String file, long offset, byte[] bytes, int length) {
        @Nullable String text = Lines.utf8(bytes, length);
        return text == null
                ? line(file, offset, new String(bytes, 0, length, StandardCharsets.UTF_8), false)
                : line(file, offset, text, true);
    }

    private @Nullable CorpusRow line(String file, long offset, String line, boolean utf8) {
        if (line.isBlank()) {
            return null;
        }
        if (!utf8) {
            return CorpusRow.bad(offset, line, RowRules.NOT_UTF8);
        }
        if (rules.source().format() == Source.Format.TEXT) {
            return rules.judge(line, null, null, null, null, null).at(offset, line, null);
        }
        if (offset <= Lines.MARK && line.stripLeading().startsWith("[")) {
            throw new InputException(
                    file + " is a JSON array; allowed is one JSON object a line, as" + " jq -c '.[]' makes of it");
        }
        try {
            return of(JsonRow.parse(line, used, passing), offset, line);
        } catch (InputException e) {
            return CorpusRow.bad(offset, line, String.valueOf(e.getMessage()));
        }
    }

    private CorpusRow of(JsonRow row, long offset, String raw) {
        Source source = rules.source();
        met.addAll(row.used().keySet());
        row.rest().fieldNames().forEachRemaining(met::add);
        CorpusRow judged = source.conversations().isPresent()
                ? rules.judge(
                        JsonRow.JSON.createObjectNode().setAll(row.used()),
                        label(row, source),
                        text(row, source.id()),
                        text(row, source.group()),
                        text(row, source.split()))
                : rules.judge(
                        row.text(source.text()),
                        label(row, source),
                        text(row, source.id()),
                        text(row, source.group()),
                        text(row, source.split()),
                        source.spanFormat()
                                .map(format -> row.used().get(format.column()))
                                .orElse(null));
        ObjectNode rest = row.rest();
        renamed.forEach((old, name) -> {
            if (rest.has(old)) {
                rest.set(name, rest.remove(old));
            }
        });
        return judged.at(offset, raw, rest.isEmpty() ? null : JsonRow.write(rest));
    }

    private static @Nullable String label(JsonRow row, Source source) {
        return source.labelKind() == LabelKind.SEVERAL
                ? source.label().map(row::list).orElse(null)
                : text(row, source.label());
    }

    private static @Nullable String text(JsonRow row, Optional<String> column) {
        return column.map(row::text).orElse(null);
    }

    private Stream<CorpusRow> csv(String file, Lines lines) {
        CsvRecords records =
                new CsvRecords(lines, rules.source().separator(), rules.source().quote());
        if (!records.hasNext()) {
            return Stream.empty();
        }
        CsvHeader header = CsvHeader.of(file, records.next(), rules.source());
        met.addAll(header.names());
        return stream(records).map(each -> {
            if (each.problem() != null) {
                return CorpusRow.bad(each.offset(), each.raw(), each.problem());
            }
            if (each.cells().size() != header.names().size()) {
                return CorpusRow.bad(
                        each.offset(),
                        each.raw(),
                        "a row of " + each.cells().size() + " cells; the header has "
                                + header.names().size());
            }
            try {
                return of(header.row(each.cells(), used, passing), each.offset(), each.raw());
            } catch (InputException e) {
                return CorpusRow.bad(each.offset(), each.raw(), String.valueOf(e.getMessage()));
            }
        });
    }

    private @Nullable CorpusRow conll(ConllSentences.Sentence sentence) {
        if (!sentence.utf8()) {
            return CorpusRow.bad(sentence.offset(), sentence.raw(), RowRules.NOT_UTF8);
        }
        try {
            Conll parsed = Conll.parse(sentence.raw());
            if (parsed.text().isEmpty()) {
                return null;
            }
            JsonNode spans = SpanFormat.written(parsed.spans());
            return rules.judge(parsed.text(), null, null, null, null, spans)
                    .at(sentence.offset(), sentence.raw(), null);
        } catch (InputException e) {
            return CorpusRow.bad(sentence.offset(), sentence.raw(), Objects.requireNonNull(e.getMessage()));
        }
    }
}
