// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.operator.Operator;
import dev.graft.augment.operator.Operator.Family;
import dev.graft.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The rows that a job draws, all that they hold, for every operator without a model: a change of any of them is to be seen
 * and meant. The same rows as Parquet are what the tests of training read. {@code -Dgraft.golden=write} writes both anew
 * (on the command line of Maven within {@code -DargLine}, or in {@code JAVA_TOOL_OPTIONS}).
 */
class DrawnRowsTest extends OnSpark {
    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");
    private static final Path ROWS = GOLDEN.resolve("drawn-rows.jsonl");
    private static final Path CONTRACT = GOLDEN.resolve("augmented.parquet");

    private static String operators() {
        return Stream.of(Operator.values())
                .filter(operator -> operator.family() != Family.MODELS && operator.family() != Family.COMPOSITION)
                .map(operator -> "{ operator = " + Settings.name(operator) + file(operator) + " }")
                .collect(Collectors.joining(
                        "\n", "augment { filters { similarity { min = -1 } }, operators = [\n", "\n] }\n"));
    }

    private static String file(Operator operator) {
        String file = operator == Operator.CODE_MIXING ? "dictionary" : "misspellings";
        return operator == Operator.CODE_MIXING || operator == Operator.MISSPELLINGS
                ? ", file = \"../conf/operators/" + file + ".tsv\""
                : "";
    }

    @Test
    void areTheRowsOfTheGoldenFile() throws IOException {
        Path test = runs.corpus(
                "test.jsonl",
                List.of(
                        "{\"id\": \"v0\", \"text\": \"Where is my invoice?\", \"label\": \"a\", \"channel\": \"web\"}",
                        "{\"id\": \"v1\", \"text\": \"It won't open.\", \"label\": \"b\", \"channel\": \"web\"}"));
        runs.run(runs.corpus("a.jsonl", Runs.tickets()), "out", operators() + "corpus.test = \"" + test + "\"");
        List<String> rows = runs.rows("out");
        if ("write".equals(System.getProperty("graft.golden"))) {
            Files.createDirectories(GOLDEN);
            Files.write(ROWS, rows);
            runs.table("out", "augmented")
                    .coalesce(1)
                    .orderBy("id")
                    .write()
                    .parquet(folder.resolve("one").toString());
            try (Stream<Path> parts = Files.list(folder.resolve("one"))) {
                Path part = parts.filter(each -> each.toString().endsWith(".parquet"))
                        .findFirst()
                        .orElseThrow();
                Files.copy(part, CONTRACT, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        assertThat(rows).isEqualTo(Files.readAllLines(ROWS));
        assertThat(spark.read()
                        .parquet(CONTRACT.toString())
                        .orderBy("id")
                        .toJSON()
                        .collectAsList())
                .isEqualTo(rows);
        assertThat(spark.read().parquet(CONTRACT.toString()).schema())
                .isEqualTo(runs.table("out", "augmented").schema());
    }
}
