// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.read;

import static org.apache.spark.sql.functions.col;

import dev.graft.corpus.CorpusRow;
import dev.graft.corpus.Document;
import dev.graft.corpus.InputException;
import dev.graft.corpus.RowParser;
import dev.graft.corpus.RowRules;
import dev.graft.corpus.Source;
import dev.graft.corpus.Split;
import dev.graft.corpus.Splitter;
import dev.graft.jobs.Inputs;
import dev.graft.jobs.Session;
import dev.graft.jobs.Storages;
import dev.graft.jobs.augment.schema.SpanColumn;
import dev.graft.jobs.augment.setup.AugmentSettings;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The first training rows, to look at, as the job reads them: by the same parser and rules, and so with the same ids. Files of
 * lines are read without Spark and no further than needed. What shows in the whole corpus alone is not known here: that a row
 * repeats one of another split, or stands in for a class that the split left without training rows.
 *
 * @param documents the rows
 * @param training how many of them there are in all; about, where {@code whole} is false
 * @param refused rows met on the way that can't be used, which the job puts into its quarantine: file:line and the reason
 */
public record FirstRows(List<Document> documents, long training, boolean whole, List<String> refused) {
    /**
     * Reads at most {@code rows} documents; with {@code corpus.limit}, those that it takes.
     *
     * @throws InputException if there is none
     */
    public static FirstRows read(AugmentSettings settings, int rows) {
        Source source = settings.recipe().corpus();
        FirstRows head = switch (source.format()) {
            case JSONL, TEXT, CSV, CONLL -> ofLines(settings, rows);
            case PARQUET, TABLE -> bySpark(settings, rows);
        };
        if (head.documents().isEmpty()) {
            throw new InputException(
                    "corpus.train: " + source.train() + " has no row with a text that is for training");
        }
        return head;
    }

    private static FirstRows ofLines(AugmentSettings settings, int rows) {
        Source source = settings.recipe().corpus();
        RowRules rules = new RowRules(source, null, settings.recipe().maxChars());
        RowParser parser = new RowParser(rules, Map.of());
        Configuration hadoop = new Configuration();
        InputFiles files = InputFiles.of(hadoop, "corpus.train", source.train());
        Taken taken = new Taken(source.limit() > 0 ? Integer.MAX_VALUE : rows);
        long passed = 0;
        long bytes = files.files().stream().mapToLong(FileStatus::getLen).sum();
        for (FileStatus file : files.files()) {
            if (taken.isFull()) {
                break;
            }
            String name = InputFiles.name(file.getPath());
            try (Counted in = new Counted(file.getPath().getFileSystem(hadoop).open(file.getPath()));
                    InputStream unpacked = InputFiles.unpacked(hadoop, file.getPath(), in)) {
                Iterator<CorpusRow> all = parser.rows(name, unpacked).iterator();
                while (!taken.isFull() && all.hasNext()) {
                    CorpusRow row = all.next();
                    taken.add(row);
                    if (row.reason() != null) {
                        taken.refused.add(
                                name + ":" + line(hadoop, file.getPath(), row.offset()) + ": " + row.reason());
                    }
                }
                passed += taken.isFull() ? in.bytes : file.getLen();
            } catch (IOException | UncheckedIOException e) {
                throw InputFiles.unreadable(
                        name, e instanceof UncheckedIOException io ? io.getCause() : (IOException) e);
            }
        }
        if (source.format() == Source.Format.JSONL && !taken.isFull()) {
            source.requireColumns(source.train(), new TreeSet<>(parser.met()));
        }
        return taken.head(source.limit(), rows, passed, bytes);
    }

    /** The line that a byte is in, from 1. */
    private static long line(Configuration hadoop, Path file, long offset) throws IOException {
        try (InputStream in =
                InputFiles.unpacked(hadoop, file, file.getFileSystem(hadoop).open(file))) {
            InputStream buffered = new BufferedInputStream(in);
            long line = 1;
            for (long at = 0; at < offset; at++) {
                line += buffered.read() == '\n' ? 1 : 0;
            }
            return line;
        }
    }

    private static FirstRows bySpark(AugmentSettings settings, int rows) {
        Source source = settings.recipe().corpus();
        try (SparkSession spark = Session.start("graft preview")) {
            Inputs.of(spark, settings.recipe(), settings.files(), Storages.directory(spark, settings.recipe()));
            CorpusReader reader =
                    new CorpusReader(spark, source, settings.recipe().maxChars());
            Dataset<Row> training = reader.rows()
                    .where(col(CorpusReader.REASON)
                            .isNull()
                            .and(col(CorpusReader.SPLIT).equalTo(Split.TRAIN.column())));
            Dataset<Row> taken = reader.limited(training);
            List<Document> documents = taken.select(CorpusReader.document(source)).limit(rows).collectAsList().stream()
                    .map(row -> new Document(
                            row.getString(0), row.getString(1), row.getString(2), SpanColumn.spans(row, 3)))
                    .toList();
            return new FirstRows(documents, taken.count(), true, List.of());
        } catch (Exception e) { // Spark throws checked exceptions that it does not declare.
            throw Unreadable.said(e);
        }
    }

    /** Rows of a corpus that are for training, the first of each id. */
    private static final class Taken {
        private final int most;
        private final Set<String> ids = new HashSet<>();
        private final List<Document> documents = new ArrayList<>();
        private final List<String> refused = new ArrayList<>();

        Taken(int most) {
            this.most = most;
        }

        boolean isFull() {
            return documents.size() == most;
        }

        void add(CorpusRow row) {
            if (row.reason() == null && row.split() == Split.TRAIN && ids.add(Objects.requireNonNull(row.id()))) {
                documents.add(row.document());
            }
        }

        FirstRows head(int limit, int rows, long passed, long bytes) {
            if (limit > 0) {
                List<Document> least = documents.stream()
                        .sorted(Comparator.comparingDouble((Document each) -> Splitter.position(each.id()))
                                .thenComparing(Document::id))
                        .limit(limit)
                        .toList();
                return new FirstRows(least.subList(0, Math.min(rows, least.size())), least.size(), true, refused);
            }
            boolean whole = !isFull();
            long all = whole ? documents.size() : Math.round(documents.size() * (bytes / (double) Math.max(1, passed)));
            return new FirstRows(List.copyOf(documents), all, whole, refused);
        }
    }

    private static final class Counted extends FilterInputStream {
        private long bytes;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int one = super.read();
            bytes += one < 0 ? 0 : 1;
            return one;
        }

        @Override
        public int read(byte[] into, int from, int most) throws IOException {
            int some = super.read(into, from, most);
            bytes += Math.max(0, some);
            return some;
        }
    }
}
