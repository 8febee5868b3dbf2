// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import com.typesafe.config.ConfigUtil;
import dev.graft.config.Settings;
import dev.graft.jobs.augment.schema.RunTables;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.run.Manifest;
import dev.graft.run.RunDirectory;
import dev.graft.storage.LocalStorage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Runs of the job in a folder, for tests. */
public record Runs(SparkSession spark, Path folder) {
    public static final String OPERATORS = """
            augment {
              operators = [
                { operator = synonym-replacement, alpha = 0.3, copies = 2 }
                { operator = random-swap, alpha = 0.2 }
                { operator = random-deletion, alpha = 0.2 }
                { operator = keyboard-typos, alpha = 0.3 }
              ]
              filters { similarity { min = 0.5 } }
            }
            """;

    public static SparkSession start() {
        SparkSession spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", false)
                .config("spark.sql.shuffle.partitions", 4)
                .getOrCreate();
        spark.sparkContext().setLogLevel("OFF");
        return spark;
    }

    public static List<String> tickets() {
        List<String> texts = List.of(
                "My parcel has not arrived and nobody answers the telephone.",
                "Please cancel the order BX-204817, I bought the wrong charger.",
                "The screen of the new phone is broken 🙁\\nWhat do I do now?",
                "I was charged twice, €20.50 each time, see https://example.com/x?y=1",
                "How do I change the e-mail address in my profile? Old one: me@example.com",
                "Refund still missing after two weeks, this is a big disappointment.",
                "café étonnant, the delivery was quick and the quality is wonderful",
                "Can I return the headphones? They are too small for my head.");
        return IntStream.range(0, texts.size())
                .mapToObj(i -> "{\"id\": \"t%d\", \"text\": \"%s\", \"label\": \"%s\", \"channel\": \"mail\"}"
                        .formatted(i, texts.get(i), i % 2 == 0 ? "a" : "b"))
                .toList();
    }

    public Path corpus(String name, List<String> lines) throws IOException {
        return Files.write(folder.resolve(name), lines, StandardCharsets.UTF_8);
    }

    public AugmentSettings settings(Path corpus, String out, String more) {
        return Settings.parse(
                "name = test\nout = "
                        + ConfigUtil.quoteString(folder.resolve(out).toString()) + "\n" + OPERATORS
                        + "\ncorpus { train = " + ConfigUtil.quoteString(corpus.toString())
                        + ", id = id, label = label, shares { test = 0 } }\n" + more,
                AugmentSettings::read);
    }

    public Manifest run(Path corpus, String out, String more) {
        return AugmentJob.run(spark, settings(corpus, out, more), false);
    }

    public RunDirectory directory(String out) {
        return new RunDirectory(new LocalStorage(), folder.resolve(out).toString());
    }

    public Dataset<Row> table(String out, String name) {
        return RunTables.read(spark, directory(out).place(name));
    }

    public List<Row> idsAndTexts(String out) {
        return table(out, "augmented").orderBy("id").select("id", "text").collectAsList();
    }

    public List<String> rows(String out) {
        return table(out, "augmented").orderBy("id").toJSON().collectAsList();
    }

    public List<String> texts(String out) {
        return table(out, "augmented").where("augmentation is null").select("text").collectAsList().stream()
                .map(row -> row.getString(0))
                .toList();
    }
}
