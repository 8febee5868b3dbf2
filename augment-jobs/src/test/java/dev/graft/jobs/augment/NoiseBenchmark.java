// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import dev.graft.config.Settings;
import dev.graft.jobs.Session;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.run.Manifest;
import dev.graft.storage.LocalStorage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The whole noise job, Parquet in and four times the rows out, against Spark copying the same output rows from Parquet to
 * Parquet, in turn and in the same JVM. Arguments: input rows (several with commas between), rounds of each, directory.
 */
final class NoiseBenchmark {
    private static final String CONF = """
            name = noise
            model = minilm
            corpus { format = parquet, train = "%s", id = id, shares { test = 0 } }
            augment {
              operators = [
                { operator = keyboard-typos }
                { operator = random-swap }
                { operator = random-deletion }
              ]
              filters { similarity { min = -1 } }
            }
            """;

    private NoiseBenchmark() {}

    /** Seconds of the job and of the copy, and the rows that both wrote. */
    private record Timed(long rows, double job, double copy) {}

    public static void main(String[] args) throws IOException {
        int rounds = Integer.parseInt(args[1]);
        Path directory = Path.of(args[2]);
        Map<Integer, Timed> fastest = new LinkedHashMap<>();
        try (SparkSession spark = Session.start("noise benchmark")) {
            for (String size : args[0].split(",", -1)) {
                int rows = Integer.parseInt(size);
                for (int round = 0; round < rounds; round++) {
                    fastest.merge(
                            rows, time(spark, directory, rows), (one, other) -> one.job <= other.job ? one : other);
                }
            }
        }
        List<Timed> sizes = List.copyOf(fastest.values());
        for (int i = 1; i < sizes.size(); i++) {
            Timed small = sizes.get(i - 1);
            Timed large = sizes.get(i);
            System.out.printf(
                    "from %,d to %,d output rows: %.2f to %.2f s, exponent %.2f%n",
                    small.rows,
                    large.rows,
                    small.job,
                    large.job,
                    Math.log(large.job / small.job) / Math.log(large.rows / (double) small.rows));
        }
    }

    private static Timed time(SparkSession spark, Path directory, int rows) throws IOException {
        Path corpus = directory.resolve("corpus-" + rows);
        Path conf = Files.createDirectories(directory).resolve("noise-" + rows + ".conf");
        Files.writeString(conf, CONF.formatted(corpus));
        if (!Files.exists(corpus)) {
            write(spark, corpus, rows);
        }
        Path out = directory.resolve("run-" + rows);
        AugmentSettings settings = Settings.read(conf, List.of("out=\"" + out + "\""), AugmentSettings::read);
        new LocalStorage().delete(out.toString());
        long cpuStart = cpu();
        long start = System.nanoTime();
        Manifest manifest = AugmentJob.run(spark, settings, true);
        double job = (System.nanoTime() - start) / 1e9;
        double jobCpu = (cpu() - cpuStart) / 1e9;
        Path copied = directory.resolve("copy-" + rows);
        new LocalStorage().delete(copied.toString());
        cpuStart = cpu();
        start = System.nanoTime();
        spark.read().parquet(out.resolve("augmented").toString()).write().parquet(copied.toString());
        double copy = (System.nanoTime() - start) / 1e9;
        double copyCpu = (cpu() - cpuStart) / 1e9;
        long written = manifest.rows().getOrDefault("augmented", 0L);
        System.out.printf(
                "rows %d, output rows %d, job %.1f s %s, copy %.1f s, ratio %.2f;"
                        + " CPU %.1f s and %.1f s, ratio %.2f; heap after the last collection %d MB%n",
                rows,
                written,
                job,
                manifest.seconds(),
                copy,
                job / copy,
                jobCpu,
                copyCpu,
                jobCpu / copyCpu,
                collected() >> 20);
        return new Timed(written, job, copy);
    }

    /** Bytes of the heap that the last collections left. */
    private static long collected() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null)
                .mapToLong(pool -> pool.getCollectionUsage().getUsed())
                .sum();
    }

    private static long cpu() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** Rows of about 120 chars, put together from parts of the demo's tickets; hardly two are the same. */
    private static void write(SparkSession spark, Path folder, int rows) throws IOException {
        List<String> parts = new ArrayList<>();
        ObjectMapper json = new ObjectMapper();
        for (String line : Files.readAllLines(Path.of("conf/demo/train.jsonl"))) {
            JsonNode ticket = json.readTree(line);
            for (String part : ticket.path("text").asText().split("(?<=[.!?])\\s+", -1)) {
                if (part.length() > 20 && part.length() < 80) {
                    parts.add(part);
                }
            }
        }
        StructType schema = new StructType().add("id", DataTypes.StringType).add("text", DataTypes.StringType);
        spark.range(0, rows, 1, 8)
                .map(
                        (MapFunction<Long, Row>) number -> {
                            SplittableRandom random = new SplittableRandom(number);
                            StringBuilder text = new StringBuilder();
                            while (text.length() < 100) {
                                text.append(text.length() == 0 ? "" : " ")
                                        .append(parts.get(random.nextInt(parts.size())));
                            }
                            return RowFactory.create("row-" + number, text.toString());
                        },
                        Encoders.row(schema))
                .write()
                .parquet(folder.toString());
    }
}
