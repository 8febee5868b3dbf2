// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.read;

import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;

/**
 * What was read.
 *
 * @param rows the user's columns, then {@code id} (string) and {@code split} (string)
 * @param quarantine {@code file}, {@code offset} (bytes for lines, rows for Parquet, null for tables), {@code reason} and
 *     {@code row}, the row as text
 * @param census waits until the quarantine has been written
 * @param notes what the user should know
 */
public record CorpusTables(Dataset<Row> rows, Dataset<Row> quarantine, Supplier<Census> census, List<String> notes) {
    /**
     * How many rows there are.
     *
     * @param quarantine all that were set aside
     * @param bad those of them that count against {@code max-bad-rows}
     */
    public record Census(long train, long validation, long test, long quarantine, long bad) {
        public long documents() {
            return train + validation + test;
        }

        /** Of as many training rows. */
        public Census limited(int most) {
            return new Census(Math.min(train, most), validation, test, quarantine, bad);
        }

        /** By table, as the manifest has them; a split without rows is left out. */
        public Map<String, Long> rows() {
            Map<String, Long> rows = new LinkedHashMap<>();
            rows.put("documents", documents());
            Map.of("train", train, "validation", validation, "test", test).forEach((split, number) -> {
                if (number > 0) {
                    rows.put(split, number);
                }
            });
            rows.put("quarantine", quarantine);
            rows.put("bad", bad);
            return rows;
        }
    }

    /** Has {@code seen} count rows that have a split and, where they are set aside, a reason. */
    public static Dataset<Row> counted(Dataset<Row> rows, Column split, Column reason, Observation seen) {
        Column good = reason.isNull();
        return rows.observe(
                seen,
                number("train", good.and(split.equalTo("train"))),
                number("validation", good.and(split.equalTo("validation"))),
                number("test", good.and(split.equalTo("test"))),
                number("quarantine", not(good)),
                number("bad", not(good).and(RepeatedRows.isBad(reason))));
    }

    private static Column number(String name, Column which) {
        return count(when(which, 1)).as(name);
    }

    /** What {@code seen} counted, once its rows have been read. */
    public static Census observed(Observation seen) {
        Map<String, Object> counted;
        try {
            counted = seen.getAsJava();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the corpus was read", e);
        }
        return new Census(
                number(counted, "train"),
                number(counted, "validation"),
                number(counted, "test"),
                number(counted, "quarantine"),
                number(counted, "bad"));
    }

    private static long number(Map<String, Object> counted, String name) {
        return (Long) counted.getOrDefault(name, 0L);
    }
}
