// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.catalyst;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.jobs.augment.schema.AugmentedSchema;
import dev.graft.report.Survey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

public class RowTalliesTest {
    private static final StructType SCHEMA = new StructType()
            .add("id", DataTypes.StringType)
            .add("split", DataTypes.StringType)
            .add(AugmentedSchema.AUGMENTATION, AugmentedSchema.STRUCT);

    /** Tries each task three times. */
    private static SparkSession spark;

    @TempDir
    Path folder;

    @BeforeAll
    public static void start() {
        spark = SparkSession.builder()
                .master("local[2,3]")
                .appName("tallies")
                .config("spark.ui.enabled", "false")
                .getOrCreate();
        spark.sparkContext().setLogLevel("OFF");
    }

    @AfterAll
    public static void stop() {
        spark.stop();
    }

    private static Row row(int number, SplittableRandom random) {
        String split = random.nextInt(4) == 0 ? "validation" : "train";
        @Nullable Row augmentation = null;
        if (random.nextInt(4) > 0) {
            Map<String, Double> scores = new HashMap<>(Map.of("length-ratio", 1.0));
            if (random.nextBoolean()) {
                scores.put("similarity", random.nextDouble(-1, 1));
            }
            String operator = random.nextBoolean() ? "swap" : "tippf\u00e4hler";
            augmentation = RowFactory.create("d", operator, 0, 1L, List.of(), random.nextInt(11) / 10.0, scores);
        }
        return RowFactory.create("r" + number, split, augmentation);
    }

    @Test
    public void whatIsCountedIsWhatIsWrittenThoughTasksFailOnTheWay() {
        SplittableRandom random = new SplittableRandom(3);
        List<Row> rows = new ArrayList<>();
        Map<List<String>, List<Row>> expected = new HashMap<>();
        for (int i = 0; i < 500; i++) {
            Row row = row(i, random);
            rows.add(row);
            String operator = row.isNullAt(2) ? "" : row.getStruct(2).getString(1);
            expected.computeIfAbsent(List.of(operator, row.getString(1)), any -> new ArrayList<>())
                    .add(row);
        }

        for (int partitions : new int[] {1, 7}) {
            Dataset<Row> table = spark.createDataFrame(rows, SCHEMA).repartition(partitions);
            RowTallies tallies = RowTallies.by(List.of("split"), SCHEMA, spark);
            JavaRDD<InternalRow> counted =
                    tallies.counted(InternalRows.of(table)).mapPartitions(RowTalliesTest::failingTwice);
            Path written = folder.resolve("of-" + partitions);
            InternalRows.table(spark, counted, SCHEMA)
                    .write()
                    .parquet(written.toUri().toString());

            assertThat(spark.read().parquet(written.toString()).count()).isEqualTo(500);
            assertThat(tallies.all()).containsOnlyKeys(expected.keySet());
            tallies.all().forEach((key, tally) -> assertTally(tally, expected.get(key)));
        }
    }

    private static void assertTally(Tally tally, @Nullable List<Row> rows) {
        List<Long> bins = new ArrayList<>(Collections.nCopies(Survey.BINS, 0L));
        List<Double> similar = new ArrayList<>();
        for (Row row : rows == null ? List.<Row>of() : rows) {
            if (!row.isNullAt(2)) {
                int bin = (int) Math.min(9, row.getStruct(2).getDouble(5) * 10);
                bins.set(bin, bins.get(bin) + 1);
                Map<String, Double> scores = row.getStruct(2).getAs(6);
                if (scores.containsKey("similarity")) {
                    similar.add(scores.get("similarity"));
                }
            }
        }
        assertThat(tally.rows()).isEqualTo(rows == null ? 0 : rows.size());
        assertThat(tally.intensity()).isEqualTo(bins);
        if (similar.isEmpty()) {
            assertThat(tally.similarity()).isNull();
        } else {
            double mean = similar.stream().mapToDouble(each -> each).average().orElseThrow();
            assertThat(tally.similarity()).isCloseTo(mean, within(1e-4));
        }
    }

    /** The rows; the first two attempts at a task fail behind the last row, when all has been counted. */
    private static Iterator<InternalRow> failingTwice(Iterator<InternalRow> rows) {
        int attempt = TaskContext.get().attemptNumber();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                if (!rows.hasNext() && attempt < 2) {
                    throw new IllegalStateException("lost on attempt " + attempt);
                }
                return rows.hasNext();
            }

            @Override
            public InternalRow next() {
                return rows.next();
            }
        };
    }
}
