// SPDX-License-Identifier: Apache-2.0
package dev.graft.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.jobs.Launch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands as a user runs them, one after the other on one corpus: files, Spark and models are real. */
class CommandsTest {
    private static final String SCRIPT = "<script>alert(1)</script>";
    /** The one value that every environment has, and that stands in no file of a run. */
    private static final String SECRET = String.valueOf(System.getenv("PATH"));

    @TempDir
    private Path folder;

    /** How a command ended. */
    private record Ended(int code, String out, String err) {}

    private static Ended graft(String... arguments) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        PrintStream before = System.out;
        System.setOut(new PrintStream(printed, true, UTF_8));
        try {
            CommandLine line =
                    Launch.line(new Graft()).setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
            int code = line.execute(arguments);
            return new Ended(code, out + printed.toString(UTF_8), err.toString());
        } finally {
            System.setOut(before);
        }
    }

    private String conf() throws IOException {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            rows.add("{\"id\": \"r%d\", \"text\": \"%s, says case number %d %s\", \"label\": \"%s\"}"
                    .formatted(
                            i,
                            i % 2 == 0 ? "I want the money for the lamp back" : "the password of the shop fails",
                            i,
                            SCRIPT,
                            i % 2 == 0 ? SCRIPT : "b"));
        }
        Files.write(folder.resolve("corpus.jsonl"), rows);
        return Files.writeString(folder.resolve("graft.conf"), """
                        name = "n <script>x", out = "%1$s/run"
                        corpus { train = "%1$s/corpus.jsonl", id = id, label = label, shares { test = 0.3 } }
                        stages = [
                          { name = grow, kind = augment
                            operators = [
                              { operator = keyboard-typos, copies = 2 }
                              { operator = random-swap, name = swap }
                              { operator = code-mixing, file = nowhere.tsv, optional = true }
                            ]
                            filters { similarity { min = -1 } }
                            protect.terms = [${PATH}]
                          }
                          { name = tune, kind = train, data = grow, max-steps = 2, batch-size = 4, max-length = 12 }
                        ]
                        compare { seeds = [1] }
                        """.formatted(folder))
                .toString();
    }

    @Test
    void aCorpusIsPreviewedPlannedGrownTrainedOnAndEvaluated() throws IOException {
        String conf = conf();
        Ended preview = graft("preview", conf, "-n", "20");
        assertThat(preview.code()).as(preview.err()).isZero();
        assertThat(preview.out())
                .contains("left out: ", "nowhere.tsv")
                .containsPattern("keyboard-typos: 2\\d copies of 1\\d rows, ");
        Ended lines = graft("preview", conf, "-n", "20", "--jsonl");
        Ended guarded = graft("preview", conf, "--protected", "--text", "Pay $5 to Ms Lee");
        assertThat(guarded.out()).containsPattern("4-6 +\\w+ +.5");
        Ended one = graft("preview", conf, "--id", "r9", "--operator", "expansion");
        assertThat(one.code() + one.out())
                .startsWith("0")
                .contains("r9  ", "expansion: 1 copy of 1 row, ", "(unchanged)");
        Ended unknown = graft("preview", conf, "--operator", "expanding");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err()).contains("given expanding; allowed is keyboard-typos, swap, ");
        Ended plan = graft("plan", conf);
        assertThat(plan.code()).as(plan.err()).isZero();
        assertThat(folder.resolve("run")).doesNotExist();

        Ended before = graft("check", conf);
        assertThat(before.code()).as(before.err() + before.out()).isZero();
        assertThat(before.out())
                .contains(
                        "run/grow is not there yet",
                        "class ",
                        " (max-steps)",
                        "[CLS] the password of the shop",
                        "trained: ")
                .containsPattern("\n  all +\\d+ +0 +0 +\\d+\n")
                .containsPattern(
                        "train: \\d+ of \\d+ texts \\(100.0 %\\) are cut at max-length = 12; \\d+ would cut none");
        assertThat(folder.resolve("run")).doesNotExist();

        Ended run = graft("run", conf);
        assertThat(run.code()).as(run.err()).isZero();
        long training = previewIsWhatTheJobMade(lines.out());
        assertThat(plan.out())
                .contains(training + " training rows")
                .containsPattern("keyboard-typos +" + 2 * training + " ")
                .containsPattern("swap +" + training + " ");

        Ended after = graft("check", conf);
        assertThat(after.code()).as(after.err() + after.out()).isZero();
        assertThat(after.out())
                .contains("rows of " + folder + "/run/grow/augmented", "steps on originals and copies: 2 of 4 rows")
                .containsPattern("\n  all +" + training + " +[1-9]\\d* +0 +" + (20 - training) + "\n");

        Ended evaluated = graft("evaluate", conf);
        assertThat(evaluated.code()).as(evaluated.err()).isZero();
        assertThat(evaluated.out()).containsPattern("test +accuracy [01]\\.\\d{3}, macro-F1 [01]\\.\\d{3}");

        String page = Files.readString(folder.resolve("run/tune/report.html"));
        assertThat(page).doesNotContain(SCRIPT, "n <script>x").contains("left out: ", "nowhere.tsv");
        try (Stream<Path> files = Files.walk(folder.resolve("run"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(SECRET))
                        .as(file.toString())
                        .isFalse();
            }
        }
        assertThat(run.out() + run.err() + preview.out() + plan.out()).doesNotContain(SECRET);

        aFlippedByteIsNamed(conf);
    }

    /** Every copy that the job kept was shown. */
    private long previewIsWhatTheJobMade(String lines) throws IOException {
        Map<String, JsonNode> shown = new HashMap<>();
        for (String line : lines.lines().toList()) {
            JsonNode copy = new ObjectMapper().readTree(line);
            shown.put(copy.get("id").asText(), copy);
        }
        try (SparkSession spark = SparkSession.builder().master("local[1]").getOrCreate()) {
            List<Row> rows = spark.read()
                    .parquet(folder.resolve("run/grow/augmented").toString())
                    .collectAsList();
            List<Row> copies = rows.stream()
                    .filter(row -> row.getAs("augmentation") != null)
                    .toList();
            assertThat(copies).hasSizeGreaterThan(10);
            for (Row copy : copies) {
                JsonNode line = Objects.requireNonNull(shown.get(copy.<String>getAs("id")));
                assertThat(line.get("copy").asText() + line.get("fate").asText())
                        .isEqualTo(copy.<String>getAs("text") + "kept");
            }
            return rows.stream()
                    .filter(row -> row.getAs("augmentation") == null
                            && row.getAs("split").equals("train"))
                    .count();
        }
    }

    private void aFlippedByteIsNamed(String conf) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("run/grow/augmented"))) {
            for (Path part :
                    files.filter(file -> file.toString().endsWith(".parquet")).toList()) {
                byte[] content = Files.readAllBytes(part);
                for (int at = 200; at < content.length / 2; at += 50) {
                    content[at] ^= 0x10;
                }
                Files.write(part, content);
            }
        }
        Ended damaged = graft("train", conf, "--force");
        assertThat(damaged.code()).isEqualTo(2);
        assertThat(damaged.err()).contains("run/grow/augmented", "damaged").doesNotContain("\tat ");
    }

    @Test
    void aClassThatOnlyTheTestPartHasIsAProblemOfTheCheck() throws IOException {
        String conf = conf();
        Files.writeString(
                folder.resolve("test.jsonl"),
                "{\"id\": \"t1\", \"text\": \"the lamp is gone\", \"label\": \"b\"}\n"
                        + "{\"id\": \"t2\", \"text\": \"the shop is shut\", \"label\": \"unseen\"}\n");
        String test = "corpus.test=" + folder.resolve("test.jsonl");
        Ended found = graft("check", conf, test);
        assertThat(found.code()).isEqualTo(2);
        assertThat(found.out())
                .contains(
                        "set aside: 1 x label \"unseen\" is not one of the training rows",
                        "PROBLEM: 1 of 22 rows can't be used");
        Ended allowed = graft("check", conf, test, "corpus.labels=[b,unseen,\"" + SCRIPT + "\"]");
        assertThat(allowed.code()).isEqualTo(2);
        assertThat(allowed.out()).contains("PROBLEM: class unseen has no training row, and 1 of test");
    }

    @Test
    void theDoctorLooksAtAllThatARunNeeds() {
        Ended doctor = graft("doctor");
        assertThat(doctor.out()).contains("java ", "spark ", "wordnet ", "pytorch ", "apertium ", "submit ");
        assertThat(doctor.code()).as(doctor.out()).isEqualTo(doctor.out().contains("MISSING") ? 1 : 0);
    }
}
