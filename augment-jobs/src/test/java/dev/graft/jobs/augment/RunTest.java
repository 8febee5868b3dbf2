// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.corpus.InputException;
import dev.graft.run.Manifest;
import dev.graft.storage.Lock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run leaves on disk, and what it makes of what it finds there. */
class RunTest extends OnSpark {
    private static final String CHEAP =
            "augment { operators = [{ operator = random-swap, alpha = 0.3 }], filters { similarity { min = -1 } } }";

    @ParameterizedTest
    @ValueSource(strings = {"a b,c[1]{x}/50%20/#1/*?/ü", "~/_hidden/k=v/a:b/日本"})
    void theTablesLieWhereTheUserSaid(String out) throws IOException {
        Path corpus = runs.corpus("a.jsonl", Runs.tickets());
        runs.run(corpus, out, "");
        for (String part : List.of("augmented", "rejected", "quarantine", "report.html", "manifest.json")) {
            assertThat(folder.resolve(out).resolve(part)).exists();
        }
        assertThat(names(folder)).containsExactlyInAnyOrder("a.jsonl", out.substring(0, out.indexOf('/')));
        assertThat(runs.table(out, "augmented").count()).isGreaterThan(8);
        AugmentJob.run(spark, runs.settings(corpus, out, "seed = 7"), true);
        FilterJob.run(spark, runs.settings(corpus, out, "seed = 7, augment.filters.length-ratio.min = 0.9"));
        assertThat(names(folder.resolve(out))).doesNotContain("_staging", "_lock", "_publication.json");
    }

    @Test
    void columnsMayHaveAnyName() throws IOException {
        Path corpus = runs.corpus(
                "a.jsonl",
                List.of(
                        "{\"the.text\": \"My aunt has not paid the bill for the lamp\", \"a `label`.x\": \"a\", \"s p\": 1}",
                        "{\"the.text\": \"The parcel came to the wrong door again\", \"a `label`.x\": \"b\", \"s p\": 2}"));
        String columns = CHEAP + "\ncorpus { text = the.text, label = \"a `label`.x\", id = null }\n";
        assertThat(runs.run(corpus, "out", columns).rows()).containsEntry("documents", 2L);
        FilterJob.run(spark, runs.settings(corpus, "out", columns + "augment.filters.length-ratio.min = 0.9"));
        assertThat(runs.table("out", "augmented").columns()).contains("the.text", "a `label`.x", "s p");
    }

    @Test
    void textsInOtherLanguagesAreSaidToBeLeftAlone() throws IOException {
        Path corpus = runs.corpus(
                "a.jsonl",
                List.of(
                        "{\"id\": \"1\", \"text\": \"Meine Tante hat die Rechnung noch nicht bezahlt\", \"label\": \"a\"}",
                        "{\"id\": \"2\", \"text\": \"我们昨天没有收到包裹，请帮忙看看\", \"label\": \"a\"}",
                        "{\"id\": \"3\", \"text\": \"My aunt has not paid the bill for the lamp\", \"label\": \"b\"}"));
        Manifest manifest = runs.run(
                corpus,
                "out",
                "augment { operators = [{ operator = random-swap, copies = 2 }, { operator = keyboard-typos }],"
                        + " filters { similarity { min = -1 } } }");
        assertThat(manifest.notes()).containsExactly("random-swap: 4 of 6 copies unchanged: not-english");
        assertThat(folder.resolve("out/report.html")).content().contains(manifest.notes());
        assertThat(runs.table("out", "rejected")
                        .where("reason = 'not-english'")
                        .select("id")
                        .collectAsList())
                .extracting(row -> row.getString(0))
                .containsExactlyInAnyOrder("1#random-swap-0", "1#random-swap-1", "2#random-swap-0", "2#random-swap-1");
    }

    @Test
    void settingsAreKnownByTheirValuesAndContentByItsBytes() throws IOException {
        Path corpus = runs.corpus("a.jsonl", Runs.tickets());
        Manifest first = runs.run(corpus, "out", CHEAP);
        String written = "seed = 42, max-chars = 1000000, corpus { limit = 0, format = jsonl }\n" + CHEAP
                + "\naugment.protect.terms = [], augment.filters.length-ratio { max = 2.0, min = 0.50 }, max-bad-rows = 0.5";
        assertThat(runs.run(runs.corpus("b.jsonl", Runs.tickets()), "out", written)
                        .seconds())
                .isEqualTo(first.seconds());
        assertThat(first.from().settings())
                .containsEntry("augment.operators[0].copies", "1")
                .containsEntry("augment.filters.length-ratio.max", "2.0")
                .containsEntry("seed", "42")
                .doesNotContainKeys("out", "name");
        assertThatThrownBy(() -> runs.run(corpus, "out", CHEAP + "\naugment.filters.length-ratio.max = 3"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("augment.filters.length-ratio.max: there 2.0, given 3.0")
                .hasMessageContaining("Only the filters differ");
        List<String> changed = Runs.tickets().subList(0, 7);
        Path other = runs.corpus("a.jsonl", changed);
        assertThatThrownBy(() -> runs.run(other, "out", CHEAP))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("corpus.train: there ");
    }

    @Test
    void aSecondRunInOneDirectoryIsRefusedWhileTheFirstIsAtWork() throws IOException {
        Path corpus = runs.corpus("a.jsonl", Runs.tickets());
        try (Lock held = runs.directory("out").lock(Clock.systemUTC(), false)) {
            assertThat(held).isNotNull();
            assertThatThrownBy(() -> AugmentJob.run(spark, runs.settings(corpus, "out", CHEAP), true))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("another run is at work in " + folder.resolve("out"));
            assertThatThrownBy(() -> FilterJob.run(spark, runs.settings(corpus, "out", CHEAP)))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("another run is at work");
        }
        runs.run(corpus, "out", CHEAP);
    }

    @Test
    void whatIsDamagedIsRefusedAndMadeAgainByForce() throws IOException {
        Path corpus = runs.corpus("a.jsonl", Runs.tickets());
        runs.run(corpus, "out", CHEAP);
        List<String> rows = runs.rows("out");
        Files.writeString(folder.resolve("out/manifest.json"), "{ \"seed\": 4");
        for (Runnable job : List.<Runnable>of(
                () -> runs.run(corpus, "out", CHEAP),
                () -> FilterJob.run(spark, runs.settings(corpus, "out", CHEAP)))) {
            assertThatThrownBy(job::run)
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("manifest.json is damaged")
                    .hasMessageContaining("--force");
        }
        AugmentJob.run(spark, runs.settings(corpus, "out", CHEAP), true);
        assertThat(runs.rows("out")).isEqualTo(rows);

        Path part;
        try (Stream<Path> parts = Files.list(folder.resolve("out/augmented"))) {
            part = parts.filter(file -> file.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
        }
        Files.write(part, new byte[10]);
        assertThatThrownBy(() -> runs.run(corpus, "out", CHEAP))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(folder.resolve("out/augmented") + " is damaged");
        assertThatThrownBy(() -> FilterJob.run(spark, runs.settings(corpus, "out", CHEAP)))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("is damaged");
        AugmentJob.run(spark, runs.settings(corpus, "out", CHEAP), true);
        assertThat(runs.rows("out")).isEqualTo(rows);
    }

    @Test
    void aDirectoryInTheCorpusIsRefused() throws IOException {
        Files.createDirectories(folder.resolve("in"));
        runs.corpus("in/a.jsonl", Runs.tickets());
        for (String out : List.of("in", "in/out", ".")) {
            assertThatThrownBy(() -> runs.run(folder.resolve("in"), out, CHEAP))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("corpus.train")
                    .hasMessageContaining("read its own results");
        }
        assertThat(names(folder.resolve("in"))).containsExactly("a.jsonl");
    }

    @Test
    void everyMissingFileIsNamed() {
        assertThatThrownBy(() -> runs.run(
                        folder.resolve("none.jsonl"), "out", CHEAP + "\ncorpus.test = \"" + folder + "/no.jsonl\""))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("corpus.train: no such file or directory: ")
                .hasMessageContaining("corpus.test: no such file or directory: ");
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
