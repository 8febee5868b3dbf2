// SPDX-License-Identifier: Apache-2.0
package dev.graft.corpus;

import dev.graft.config.Settings;
import java.io.Serializable;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where the corpus lies and how its rows are read: the section {@code corpus}.
 *
 * @param format of all files
 * @param train path of the training rows, local or any that Spark reads
 * @param validation path of the validation rows; where absent, {@code splitter} takes them from {@code train}
 * @param test path of the test rows; where absent, {@code splitter} takes them from {@code train}
 * @param text name of the column that holds the text
 * @param label name of the column that holds the class; absent for an unlabelled corpus
 * @param labelKind what that column says
 * @param labels the classes that are allowed; where empty, those of the training rows
 * @param id name of the column that holds the id; where absent, a hash of the content is the id
 * @param spanFormat of a column of annotated spans; that of CoNLL files is {@code spans}
 * @param conversations how they are held, where the rows are conversations: then the columns of the text and the spans are not
 *     read but made
 * @param group name of the column whose rows stay in one split; default the id
 * @param split name of a column that says train, validation or test, instead of the hash
 * @param splitter shares of validation and test
 * @param limit training rows to take at most, by the hash of their id; 0 takes all
 * @param charset of files of lines
 * @param separator between the cells of a CSV file
 * @param quote around a cell of a CSV file
 */
public record Source(
        Format format,
        String train,
        Optional<String> validation,
        Optional<String> test,
        String text,
        Optional<String> label,
        LabelKind labelKind,
        List<String> labels,
        Optional<String> id,
        Optional<SpanFormat> spanFormat,
        Optional<ConversationFormat> conversations,
        Optional<String> group,
        Optional<String> split,
        Splitter splitter,
        int limit,
        String charset,
        char separator,
        char quote)
        implements Serializable {
    /** Columns of the tables that a run writes, beside those of the corpus. */
    static final Set<String> RESERVED = Set.of("id", "split", "augmentation", "fate", "reason");

    /** What the files are. */
    public enum Format {
        /** One JSON object a line. */
        JSONL,
        /** Separated values with a header; a quoted cell may span lines. */
        CSV,
        PARQUET,
        /** Each line is a document; the only column is {@code text}. */
        TEXT,
        /** A token and its BIO label a line, a blank line between documents; the columns are {@code text} and {@code spans}. */
        CONLL,
        /** A table that Spark SQL knows by its name. */
        TABLE
    }

    /** No rows. */
    public static final Source NONE = new Source(
            Format.TEXT,
            "",
            Optional.empty(),
            Optional.empty(),
            "text",
            Optional.empty(),
            LabelKind.CLASS,
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            new Splitter(0, 0),
            0,
            StandardCharsets.UTF_8.name(),
            ',',
            '"');

    public Source {
        labels = List.copyOf(labels);
        if (split.isPresent() && (validation.isPresent() || test.isPresent())) {
            throw new IllegalArgumentException("corpus.split names a column, and corpus.validation or corpus.test a"
                    + " file; allowed is one of the two");
        }
        Set<String> replaced = replaced(text, label, spanFormat, id, split);
        for (String column : replaced) {
            boolean fits = id.equals(Optional.of(column)) && column.equals("id")
                    || split.equals(Optional.of(column)) && column.equals("split");
            if (RESERVED.contains(column.toLowerCase(Locale.ROOT)) && !fits) {
                throw new IllegalArgumentException("corpus has its text, label or spans in a column " + column
                        + ", as the tables of a run have one of their own; allowed is another name than "
                        + new TreeSet<>(RESERVED));
            }
        }
        Set<String> used = columns(replaced, id, group, split);
        conversations.ifPresent(held -> {
            for (String column : held.columns()) {
                if (!used.add(column) || RESERVED.contains(column.toLowerCase(Locale.ROOT))) {
                    throw new IllegalArgumentException("corpus has its conversations in a column " + column
                            + ", which the tables of a run, or another key, use otherwise; allowed is another name");
                }
            }
        });
        Set<String> folded = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (String column : used) {
            if (!folded.add(column)) {
                throw new IllegalArgumentException("corpus uses two columns whose names differ in their case: " + column
                        + "; tables can't tell them apart");
            }
        }
        if (separator == quote) {
            throw new IllegalArgumentException("corpus.separator and corpus.quote are both " + quote);
        }
    }

    /** The same, whose test file is not opened. */
    public Source withoutTest() {
        return new Source(
                format,
                train,
                validation,
                Optional.empty(),
                text,
                label,
                labelKind,
                labels,
                id,
                spanFormat,
                conversations,
                group,
                split,
                splitter,
                limit,
                charset,
                separator,
                quote);
    }

    /** The column of the label, where it holds a class. */
    public Optional<String> classes() {
        return label.filter(any -> labelKind == LabelKind.CLASS);
    }

    /**
     * Notes a problem where no column holds a class.
     *
     * @param root of the configuration
     * @param why what goes by the classes
     */
    public void requireClasses(Settings root, String why) {
        if (label.isEmpty()) {
            root.problem("corpus.label", "the column of the class" + why, "");
        } else if (labelKind != LabelKind.CLASS) {
            root.section("corpus").problem("label-kind", "class" + why, labelKind);
        }
    }

    /** Of the column of annotated spans. */
    public Optional<String> spans() {
        return spanFormat.map(SpanFormat::column);
    }

    /** The columns that are used, and those that are made of a conversation. */
    public Set<String> columns() {
        return columns(replaced(text, label, spanFormat, id, split), id, group, split);
    }

    /** The columns of the files that are used. */
    public Set<String> given() {
        Set<String> given = columns(replaced(), id, group, split);
        conversations.ifPresent(format -> given.addAll(format.columns()));
        return given;
    }

    private static Set<String> columns(
            Set<String> replaced, Optional<String> id, Optional<String> group, Optional<String> split) {
        Set<String> columns = new TreeSet<>(replaced);
        id.ifPresent(columns::add);
        group.ifPresent(columns::add);
        split.ifPresent(columns::add);
        return columns;
    }

    /** Those of them in whose place the tables of a run have values of their own. */
    public Set<String> replaced() {
        Set<String> replaced = replaced(text, label, spanFormat, id, split);
        if (conversations.isPresent()) {
            replaced.removeAll(Set.of(ConversationFormat.TEXT, ConversationFormat.TURNS));
        }
        return replaced;
    }

    private static Set<String> replaced(
            String text,
            Optional<String> label,
            Optional<SpanFormat> spans,
            Optional<String> id,
            Optional<String> split) {
        Set<String> replaced = new TreeSet<>(Set.of(text));
        label.ifPresent(replaced::add);
        spans.ifPresent(format -> replaced.add(format.column()));
        id.filter("id"::equals).ifPresent(replaced::add);
        split.filter("split"::equals).ifPresent(replaced::add);
        return replaced;
    }

    /** @throws InputException if a column that is used is not among those of a file */
    public void requireColumns(String file, Set<String> names) {
        Set<String> missing = given();
        missing.removeAll(names);
        conversations.ifPresent(format -> missing.removeAll(format.optional()));
        if (missing.isEmpty()) {
            return;
        }
        boolean oneCell = format == Format.CSV && names.size() == 1;
        throw new InputException(file + " has no column " + String.join(", ", missing) + "; it has "
                + (names.isEmpty() ? "none (is it empty?)" : String.join(", ", new TreeSet<>(names)))
                + (oneCell ? " (is corpus.separator right, which is \"" + separator + "\"?)" : ""));
    }

    /** Whether rows may be for anything but training. */
    public boolean hasEvaluation() {
        return validation.isPresent() || test.isPresent() || split.isPresent() || !splitter.trainsOnAll();
    }

    /** Reads the section. */
    public static Source read(Settings corpus) {
        Settings shares = corpus.section("shares");
        Optional<String> test = corpus.optionalString("test");
        Optional<String> table = corpus.optionalString("table");
        if (table.isPresent() && (corpus.has("format") || corpus.has("train"))) {
            corpus.problem("table", "a table by itself, or format and train", "");
        }
        Format format = table.isPresent() ? Format.TABLE : corpus.choice("format", Format.class, Format.JSONL);
        Optional<ConversationFormat> conversations = ConversationFormat.read(corpus, format);
        return new Source(
                format,
                table.orElseGet(() -> corpus.string("train")),
                corpus.optionalString("validation"),
                test,
                conversations.isPresent() ? ConversationFormat.TEXT : corpus.string("text", "text"),
                corpus.optionalString("label"),
                labelKind(corpus),
                corpus.strings("labels", List.of()),
                corpus.optionalString("id"),
                conversations.isPresent()
                        ? Optional.of(SpanFormat.of(ConversationFormat.TURNS))
                        : format == Format.CONLL ? Optional.of(SpanFormat.of("spans")) : SpanFormat.read(corpus),
                conversations,
                corpus.optionalString("group"),
                corpus.optionalString("split"),
                new Splitter(
                        shares.number("validation", 0, 0, 0.5),
                        shares.number("test", test.isPresent() ? 0 : 0.2, 0, 0.49)),
                corpus.integer("limit", 0, 0, Integer.MAX_VALUE),
                charset(corpus, format),
                character(corpus, format, "separator", ','),
                character(corpus, format, "quote", '"'));
    }

    private static LabelKind labelKind(Settings corpus) {
        LabelKind kind = corpus.choice("label-kind", LabelKind.class, LabelKind.CLASS);
        if (corpus.has("label-kind") && !corpus.has("label")) {
            corpus.problem("label-kind", "that with corpus.label, the column that it is of", kind);
        }
        if (kind == LabelKind.NUMBER && !corpus.strings("labels", List.of()).isEmpty()) {
            corpus.problem("labels", "none with label-kind = number", List.of());
        }
        return kind;
    }

    private static String charset(Settings corpus, Format format) {
        String name = corpus.string("charset", StandardCharsets.UTF_8.name());
        boolean ofLines = format != Format.PARQUET && format != Format.TABLE;
        if (corpus.has("charset") && !ofLines) {
            corpus.problem("charset", "no charset with format " + Settings.name(format), name);
        }
        try {
            return Charset.forName(name).name();
        } catch (IllegalArgumentException e) {
            return corpus.problem("charset", "the name of a charset, as UTF-8 or windows-1252", "UTF-8");
        }
    }

    private static char character(Settings corpus, Format format, String key, char fallback) {
        String given = corpus.string(key, String.valueOf(fallback));
        boolean isSet = corpus.has(key);
        if (isSet && (format != Format.CSV || given.length() != 1 || "\r\n".contains(given))) {
            return corpus.problem(key, "one character, with format csv", fallback);
        }
        return given.charAt(0);
    }

    /** What is sent in place of this: an {@link Optional} can't be. */
    private Object writeReplace() {
        return new Sent(
                format,
                train,
                validation.orElse(null),
                test.orElse(null),
                text,
                label.orElse(null),
                labelKind,
                labels,
                id.orElse(null),
                spanFormat.orElse(null),
                conversations.orElse(null),
                group.orElse(null),
                split.orElse(null),
                splitter,
                limit,
                charset,
                separator,
                quote);
    }

    private record Sent(
            Format format,
            String train,
            @Nullable String validation,
            @Nullable String test,
            String text,
            @Nullable String label,
            LabelKind labelKind,
            List<String> labels,
            @Nullable String id,
            @Nullable SpanFormat spanFormat,
            @Nullable ConversationFormat conversations,
            @Nullable String group,
            @Nullable String split,
            Splitter splitter,
            int limit,
            String charset,
            char separator,
            char quote)
            implements Serializable {
        private Object readResolve() {
            return new Source(
                    format,
                    train,
                    Optional.ofNullable(validation),
                    Optional.ofNullable(test),
                    text,
                    Optional.ofNullable(label),
                    labelKind,
                    labels,
                    Optional.ofNullable(id),
                    Optional.ofNullable(spanFormat),
                    Optional.ofNullable(conversations),
                    Optional.ofNullable(group),
                    Optional.ofNullable(split),
                    splitter,
                    limit,
                    charset,
                    separator,
                    quote);
        }
    }
}
