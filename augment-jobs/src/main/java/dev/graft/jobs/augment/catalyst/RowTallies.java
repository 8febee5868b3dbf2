// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.catalyst;

import dev.graft.jobs.augment.schema.AugmentedSchema;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.apache.spark.util.CollectionAccumulator;

/**
 * Counts the rows of a table as they are written, so that none is read again for it. A task tells its figures once, after its
 * last row. They are exact for rows that an action takes straight from the tasks, with no shuffle after: then Spark takes what
 * one attempt at each task told.
 *
 * @param told one map a task
 * @param augmentation index of the struct
 * @param by indices of columns of type string, not null
 */
public record RowTallies(CollectionAccumulator<Map<List<String>, Tally>> told, int augmentation, int[] by)
        implements Serializable {
    private static final int OPERATOR = AugmentedSchema.STRUCT.fieldIndex("operator");
    private static final int INTENSITY = AugmentedSchema.STRUCT.fieldIndex("intensity");
    private static final int SCORES = AugmentedSchema.STRUCT.fieldIndex("scores");
    private static final UTF8String SIMILARITY = UTF8String.fromString("similarity");

    public static RowTallies by(List<String> columns, StructType schema, SparkSession spark) {
        return new RowTallies(
                spark.sparkContext().collectionAccumulator("tallies"),
                schema.fieldIndex(AugmentedSchema.AUGMENTATION),
                columns.stream().mapToInt(schema::fieldIndex).toArray());
    }

    /** The same rows, which are counted as they pass. */
    public JavaRDD<InternalRow> counted(JavaRDD<InternalRow> rows) {
        return rows.mapPartitions(Passing::new);
    }

    /** Of all rows that passed: by the operator (empty: originals) and, after it, the columns. */
    public Map<List<String>, Tally> all() {
        Map<List<String>, Tally> all = new HashMap<>();
        told.value()
                .forEach(task -> task.forEach((key, tally) ->
                        all.computeIfAbsent(key, any -> new Tally()).add(tally)));
        return all;
    }

    private final class Passing implements Iterator<InternalRow> {
        private final Iterator<InternalRow> rows;
        private final Map<List<UTF8String>, Tally> tallies = new HashMap<>();
        /** What the row is counted by, seen as a list. */
        private final UTF8String[] key = new UTF8String[1 + by.length];

        private final List<UTF8String> asList = Arrays.asList(key);
        private boolean ended;

        Passing(Iterator<InternalRow> rows) {
            this.rows = rows;
        }

        @Override
        public boolean hasNext() {
            if (!rows.hasNext() && !ended) {
                ended = true;
                told.add(tallies.entrySet().stream()
                        .collect(Collectors.toMap(entry -> strings(entry.getKey()), Map.Entry::getValue)));
            }
            return !ended;
        }

        @Override
        public InternalRow next() {
            InternalRow row = rows.next();
            if (row.isNullAt(augmentation)) {
                tally(UTF8String.EMPTY_UTF8, row).add();
            } else {
                InternalRow copy = row.getStruct(augmentation, AugmentedSchema.STRUCT.size());
                Tally tally = tally(copy.getUTF8String(OPERATOR), row);
                tally.add(copy.getDouble(INTENSITY));
                MapData scores = copy.getMap(SCORES);
                for (int i = 0; i < scores.numElements(); i++) {
                    if (scores.keyArray().getUTF8String(i).equals(SIMILARITY)) {
                        tally.addSimilarity(scores.valueArray().getDouble(i));
                    }
                }
            }
            return row;
        }

        private Tally tally(UTF8String operator, InternalRow row) {
            key[0] = operator;
            for (int i = 0; i < by.length; i++) {
                key[i + 1] = row.getUTF8String(by[i]);
            }
            Tally tally = tallies.get(asList);
            if (tally == null) {
                tally = new Tally();
                // A row's memory is used again for the next.
                tallies.put(Arrays.stream(key).map(UTF8String::clone).toList(), tally);
            }
            return tally;
        }

        private static List<String> strings(List<UTF8String> key) {
            return key.stream().map(UTF8String::toString).toList();
        }
    }
}
