// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.catalyst;

import dev.graft.config.Settings;
import dev.graft.jobs.augment.candidate.Candidate.Fate;
import dev.graft.jobs.augment.duplicates.Exclusions;
import dev.graft.jobs.augment.duplicates.Overlap;
import dev.graft.jobs.augment.duplicates.RepeatedHashes;
import dev.graft.jobs.augment.schema.AugmentedSchema;
import dev.graft.jobs.augment.schema.RowKind;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * The documents and their copies as they were made, read as tables.
 *
 * @param blocks of {@link CandidateBlock}
 * @param losers rows that lose their place to another
 */
public record CandidateTable(
        SparkSession spark, JavaRDD<byte[]> blocks, DocumentColumns columns, Broadcast<Exclusions> losers) {
    private static final Map<Fate, UTF8String> FATES = Stream.of(Fate.values())
            .collect(Collectors.toUnmodifiableMap(fate -> fate, fate -> UTF8String.fromString(Settings.name(fate))));

    private static final UTF8String NONE = UTF8String.fromString(AugmentedSchema.NO_REASON);

    private static final StructType TEXTS = new StructType()
            .add("rank", DataTypes.LongType)
            .add("text", DataTypes.StringType)
            .add("kind", DataTypes.LongType);

    /**
     * Candidates of which the copies lose that have the text of another row.
     *
     * @param expected rows, about
     */
    public static CandidateTable of(
            SparkSession spark, JavaRDD<byte[]> blocks, DocumentColumns columns, long expected) {
        int width = columns.schema().size();
        Exclusions ofOneText = Exclusions.ofTexts(RepeatedHashes.ranks(
                blocks,
                (block, sink) -> {
                    CandidateBlock.Reader at = new CandidateBlock.Reader(block, width);
                    while (at.nextDocument()) {
                        sink.accept(at.hash(), at.rank());
                        while (at.nextCopy()) {
                            if (at.fate() == Fate.KEPT) {
                                sink.accept(at.hash(), at.rank());
                            }
                        }
                    }
                },
                expected));
        return new CandidateTable(spark, blocks, columns, sent(spark, ofOneText));
    }

    /** Those that lose by what they share with others lose, too. */
    public CandidateTable without(Overlap overlap) {
        return overlap.losers(texts())
                .map(more -> new CandidateTable(
                        spark, blocks, columns, sent(spark, losers.value().and(more))))
                .orElse(this);
    }

    private static Broadcast<Exclusions> sent(SparkSession spark, Exclusions losers) {
        return JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(losers);
    }

    /** The documents' columns and the struct {@value AugmentedSchema#AUGMENTATION}. */
    public StructType stayingSchema() {
        return columns.schema().add(AugmentedSchema.AUGMENTATION, AugmentedSchema.STRUCT);
    }

    /** The same, and {@value AugmentedSchema#FATE} and {@value AugmentedSchema#REASON}. */
    public StructType lostSchema() {
        return stayingSchema()
                .add(AugmentedSchema.FATE, DataTypes.StringType)
                .add(AugmentedSchema.REASON, DataTypes.StringType);
    }

    /**
     * The rows that stay, as a table.
     *
     * @param greatest as in {@link RowKind#hash}, of the documents whose rows are wanted
     */
    public Dataset<Row> augmented(long greatest) {
        return InternalRows.table(spark, staying(greatest), stayingSchema());
    }

    /** {@code rank}, {@code text} and {@code kind} of all rows that may stay. */
    private Dataset<Row> texts() {
        DocumentColumns where = columns;
        Broadcast<Exclusions> lost = losers;
        return spark.createDataFrame(
                blocks.mapPartitions(all -> rows(all, where, (at, rows) -> texts(where, at, lost.value(), rows))),
                TEXTS);
    }

    private static void texts(DocumentColumns columns, CandidateBlock.Reader at, Exclusions losers, List<Row> rows) {
        UTF8String id = at.row().getUTF8String(columns.id());
        UTF8String text = at.row().getUTF8String(columns.text());
        rows.add(RowFactory.create(at.rank(), text.toString(), (long) at.kind().ordinal()));
        while (at.nextCopy()) {
            if (at.fate() == Fate.KEPT && losers.reason(at.rank()) == null) {
                rows.add(RowFactory.create(
                        at.rank(), at.copy(id, text).text().toString(), (long) RowKind.COPY.ordinal()));
            }
        }
    }

    /**
     * The rows that stay: the documents' columns and the struct.
     *
     * @param greatest as in {@link RowKind#hash}, of the documents whose rows are wanted
     */
    public JavaRDD<InternalRow> staying(long greatest) {
        DocumentColumns where = columns;
        Broadcast<Exclusions> lost = losers;
        return blocks.mapPartitions(all -> rows(all, where, (at, rows) -> {
            if (RowKind.hash(at.rank()) <= greatest) {
                staying(where, at, lost.value(), rows);
            }
        }));
    }

    private static void staying(
            DocumentColumns columns, CandidateBlock.Reader at, Exclusions losers, List<InternalRow> rows) {
        @Nullable Object[] document = values(columns, at.row(), 1);
        if (losers.reason(at.rank()) == null) {
            rows.add(new GenericInternalRow(document));
        }
        while (at.nextCopy()) {
            if (at.fate() == Fate.KEPT && losers.reason(at.rank()) == null) {
                rows.add(new GenericInternalRow(copy(columns, document, copy(columns, at, document))));
            }
        }
    }

    /** The other rows: the documents' columns, the struct, fate and reason. */
    public JavaRDD<InternalRow> lost() {
        DocumentColumns where = columns;
        Broadcast<Exclusions> lost = losers;
        return blocks.mapPartitions(all -> rows(all, where, (at, rows) -> lost(where, at, lost.value(), rows)));
    }

    private static void lost(
            DocumentColumns columns, CandidateBlock.Reader at, Exclusions losers, List<InternalRow> rows) {
        String reason = losers.reason(at.rank());
        if (reason != null) {
            rows.add(lost(columns, values(columns, at.row(), 3), Fate.DROPPED, UTF8String.fromString(reason)));
        }
        while (at.nextCopy()) {
            reason = at.fate() == Fate.KEPT ? losers.reason(at.rank()) : null;
            if (reason != null || at.fate() != Fate.KEPT) {
                @Nullable Object[] document = values(columns, at.row(), 3);
                CandidateBlock.Copy copy = copy(columns, at, document);
                rows.add(lost(
                        columns,
                        copy(columns, document, copy),
                        reason == null ? at.fate() : Fate.DROPPED,
                        reason == null ? copy.reason() : UTF8String.fromString(reason)));
            }
        }
    }

    /** Adds the rows of the document that was come to. */
    @FunctionalInterface
    private interface OfDocument<T> {
        void add(CandidateBlock.Reader at, List<T> rows);
    }

    private static <T> Iterator<T> rows(Iterator<byte[]> blocks, DocumentColumns columns, OfDocument<T> rows) {
        return new Iterator<>() {
            private final List<T> ready = new ArrayList<>();
            private int next;
            private CandidateBlock.@Nullable Reader at;

            @Override
            public boolean hasNext() {
                while (next == ready.size()) {
                    ready.clear();
                    next = 0;
                    if (at != null && at.nextDocument()) {
                        rows.add(at, ready);
                    } else if (blocks.hasNext()) {
                        at = new CandidateBlock.Reader(
                                blocks.next(), columns.schema().size());
                    } else {
                        return false;
                    }
                }
                return true;
            }

            @Override
            public T next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return ready.get(next++);
            }
        };
    }

    private static InternalRow lost(DocumentColumns columns, @Nullable Object[] values, Fate fate, UTF8String reason) {
        int added = columns.schema().size();
        values[added + 1] = FATES.get(fate);
        values[added + 2] = reason.numBytes() == 0 ? NONE : reason;
        return new GenericInternalRow(values);
    }

    private static CandidateBlock.Copy copy(
            DocumentColumns columns, CandidateBlock.Reader at, @Nullable Object[] document) {
        return at.copy((UTF8String) Objects.requireNonNull(document[columns.id()]), (UTF8String)
                Objects.requireNonNull(document[columns.text()]));
    }

    /** The columns of the document, and room for more. */
    private static @Nullable Object[] values(DocumentColumns columns, UnsafeRow row, int more) {
        StructField[] fields = columns.schema().fields();
        @Nullable Object[] values = new Object[fields.length + more];
        for (int i = 0; i < fields.length; i++) {
            values[i] = row.isNullAt(i) ? null : row.get(i, fields[i].dataType());
        }
        return values;
    }

    private static @Nullable Object[] copy(
            DocumentColumns columns, @Nullable Object[] document, CandidateBlock.Copy copy) {
        @Nullable Object[] values = document.clone();
        values[columns.id()] = copy.id();
        values[columns.text()] = copy.text();
        if (columns.spans() >= 0) {
            values[columns.spans()] = copy.spans();
        }
        if (columns.conversation() != null) {
            columns.conversation().write(values, copy.text(), copy.spans());
        }
        values[columns.schema().size()] = copy.struct();
        return values;
    }
}
