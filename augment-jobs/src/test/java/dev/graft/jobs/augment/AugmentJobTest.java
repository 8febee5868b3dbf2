// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.graft.augment.Edit;
import dev.graft.config.ConfigException;
import dev.graft.corpus.InputException;
import dev.graft.report.Survey;
import dev.graft.run.Manifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class AugmentJobTest extends OnSpark {
    @Test
    void theSameRowsWhateverThePartitionsAndTheOrder() throws IOException {
        List<String> shuffled = new ArrayList<>(Runs.tickets());
        Collections.shuffle(shuffled, new Random(5));
        runs.run(runs.corpus("a.jsonl", Runs.tickets()), "one", "augment.partitions = 1");
        runs.run(runs.corpus("b.jsonl", shuffled), "seven", "augment.partitions = 7");
        assertThat(runs.rows("seven"))
                .isEqualTo(runs.rows("one"))
                .hasSizeGreaterThan(Runs.tickets().size());
    }

    @Test
    void everyCopyIsAccountedForAndIsWhatItsEditsSay() throws IOException {
        Manifest manifest = runs.run(runs.corpus("a.jsonl", Runs.tickets()), "out", "");
        assertThat(manifest.operators().values())
                .allSatisfy(counts -> assertThat(counts.kept()
                                + counts.unchanged()
                                + counts.failed()
                                + counts.dropped().values().stream()
                                        .mapToLong(Long::longValue)
                                        .sum())
                        .isEqualTo(counts.asked()));
        assertThat(manifest.models())
                .containsOnlyKeys(
                        "minilm",
                        "wordnet",
                        "langdetect-183.bin",
                        "opennlp-en-ud-ewt-pos-1.3-2.5.4.bin",
                        "opennlp-en-ud-ewt-sentence-1.3-2.5.4.bin",
                        "opennlp-en-ud-ewt-tokens-1.3-2.5.4.bin")
                .allSatisfy((model, version) -> assertThat(version).as(model).matches("(3\\.1, )?[0-9a-f]{64}"));
        long kept =
                manifest.operators().values().stream().mapToLong(c -> c.kept()).sum();
        assertThat(runs.table("out", "augmented").count()).isEqualTo(8 + kept);
        assertThat(runs.table("out", "rejected").count()).isEqualTo(8 * 5 - kept);

        Map<String, String> sources =
                runs.table("out", "augmented").where("augmentation is null").collectAsList().stream()
                        .collect(Collectors.toMap(row -> row.getAs("id"), row -> row.getAs("text")));
        for (Row row :
                runs.table("out", "augmented").where("augmentation is not null").collectAsList()) {
            Row augmentation = row.getAs("augmentation");
            String source = sources.getOrDefault(augmentation.<String>getAs("source_id"), "");
            List<Edit> edits = augmentation.<Row>getList(augmentation.fieldIndex("edits")).stream()
                    .map(edit -> new Edit(edit.getInt(0), edit.getInt(1), edit.getString(2)))
                    .toList();
            assertThat(Edit.apply(source, edits)).isEqualTo(row.getAs("text")).isNotEqualTo(source);
            assertThat(row.<String>getAs("channel")).isEqualTo("mail");
        }
    }

    @Test
    void theSchemaIsTheContract() throws IOException {
        runs.run(runs.corpus("a.jsonl", Runs.tickets()), "out", "");
        String golden = new String(
                AugmentJobTest.class.getResourceAsStream("/augmented.schema").readAllBytes(), StandardCharsets.UTF_8);
        assertThat(runs.table("out", "augmented").schema().treeString()).isEqualToIgnoringWhitespace(golden);
    }

    @Test
    void aFinishedRunIsSkippedAndOtherSettingsAreRefused() throws IOException {
        Path corpus = runs.corpus("a.jsonl", Runs.tickets());
        Manifest first = runs.run(corpus, "out", "");
        assertThat(runs.run(corpus, "out", "").seconds()).isEqualTo(first.seconds());
        assertThatThrownBy(() -> runs.run(corpus, "out", "seed = 7"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("--force");
        List<String> before = runs.rows("out");
        AugmentJob.run(spark, runs.settings(corpus, "out", "seed = 7"), true);
        assertThat(runs.rows("out")).isNotEqualTo(before);
    }

    @Test
    void aRunThatWasCutOffIsDoneAgainToTheSameRows() throws IOException {
        Path corpus = runs.corpus("a.jsonl", Runs.tickets());
        runs.run(corpus, "whole", "");
        runs.run(corpus, "cut", "");
        Files.delete(folder.resolve("cut/manifest.json"));
        Files.createDirectories(folder.resolve("cut/_staging/augmented"));
        Files.writeString(folder.resolve("cut/_staging/augmented/part-0.parquet"), "half a file");
        runs.run(corpus, "cut", "");
        assertThat(runs.rows("cut")).isEqualTo(runs.rows("whole"));
        assertThat(folder.resolve("cut/_staging")).doesNotExist();
    }

    @Test
    void anOutputDirectoryThatCannotBeWrittenIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("a-file"), "no directory");
        assertThatThrownBy(() -> runs.run(runs.corpus("a.jsonl", Runs.tickets()), "a-file/below", ""))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("out must name a directory that is writable");
    }

    @Test
    void nearDuplicatesAndOverlapWithTheTestRowsAreDropped() throws IOException {
        String leaked = "My parcel has not arrived and nobody answers the telephone of your shop in the city today.";
        List<String> lines = new ArrayList<>(Runs.tickets());
        lines.add("{\"id\": \"leak\", \"text\": \"Well. " + leaked + " Help!\", \"label\": \"a\"}");
        Path test =
                runs.corpus("test.jsonl", List.of("{\"id\": \"x\", \"text\": \"" + leaked + "\", \"label\": \"a\"}"));
        Manifest manifest = runs.run(
                runs.corpus("a.jsonl", lines),
                "out",
                "corpus.test = \"" + test
                        + "\"\naugment { operators = [{ operator = character-swap, alpha = 0.05, copies = 3 }]"
                        + "\nfilters { similarity { min = -1 }, near-duplicates { max = 0.8 }, decontamination { } } }");
        Map<String, Long> dropped =
                manifest.operators().values().iterator().next().dropped();
        assertThat(dropped).containsKeys("near-duplicate", "contaminated");
        assertThat(runs.table("out", "rejected").where("id = 'leak'").collectAsList())
                .singleElement()
                .satisfies(row -> assertThat(row.<String>getAs("reason")).isEqualTo("contaminated"));
        assertThat(runs.table("out", "augmented").where("id like 'leak%'").count())
                .isZero();
        assertThat(runs.table("out", "augmented").where("id = 'x'").count()).isEqualTo(1);
    }

    @Test
    void manyOperatorsComposedAndCountedGiveTheSameRowsFromOneAndSevenPartitions() throws IOException {
        String operators = """
                augment {
                  operators = [
                    { operator = sequence, name = noisy, copies = 2, steps = [
                        { operator = tf-idf-replacement, copies = 2 }, { operator = ocr-errors } ] }
                    { operator = one-of, choices = [
                        { operator = word-split }, { operator = sometimes, step { operator = random-swap } } ] }
                    { operator = tf-idf-insertion }
                    { operator = sentence-shuffle }
                    { operator = contraction }
                  ]
                  filters { similarity { min = -1 }, near-duplicates { max = 0.95 } }
                  partitions = %d
                }
                """;
        Manifest one = runs.run(runs.corpus("a.jsonl", Runs.tickets()), "one", operators.formatted(1));
        runs.run(runs.corpus("b.jsonl", Runs.tickets()), "seven", operators.formatted(7));
        assertThat(runs.rows("seven")).isEqualTo(runs.rows("one"));
        assertThat(folder.resolve("one/vocabulary.tsv"))
                .hasSameTextualContentAs(folder.resolve("seven/vocabulary.tsv"));
        assertThat(one.operators())
                .hasEntrySatisfying(
                        "noisy", counts -> assertThat(counts.asked()).isEqualTo(4L * counts.inputs()));
        assertThat(one.operators()).containsKeys("one-of", "tf-idf-insertion", "sentence-shuffle", "contraction");
    }

    @Test
    void rareClassesAreGivenMoreCopiesTheSameFromOneAndSevenPartitions() throws IOException {
        List<String> lines = IntStream.range(0, 43)
                .mapToObj(i ->
                        "{\"text\": \"The %s of order number %d has come to the wrong door again\", \"kind\": \"%s\"}"
                                .formatted(i % 2 == 0 ? "parcel" : "invoice", i, i < 3 ? "fraud" : "ok"))
                .toList();
        String operators = """
                corpus { label = kind, id = null }
                augment {
                  operators = [
                    { operator = keyboard-typos, alpha = 0.5, copies { per-class = 60 } }
                    { operator = random-swap, alpha = 0.3 }
                  ]
                  filters { similarity { min = -1 } }
                  partitions = %d
                }
                """;
        Manifest one = runs.run(runs.corpus("a.jsonl", lines), "one", operators.formatted(1));
        runs.run(runs.corpus("b.jsonl", lines), "seven", operators.formatted(7));
        assertThat(runs.rows("seven")).isEqualTo(runs.rows("one"));
        assertThat(one.operators())
                .hasEntrySatisfying(
                        "random-swap", counts -> assertThat(counts.asked()).isEqualTo(43))
                .hasEntrySatisfying(
                        "keyboard-typos", counts -> assertThat(counts.asked()).isBetween(110L, 130L));
        assertThat(runs.table("one", "augmented")
                        .unionByName(runs.table("one", "rejected"), true)
                        .where("augmentation.operator = 'keyboard-typos' and kind = 'fraud'")
                        .count())
                .isEqualTo(60);
        assertThat(Survey.read(runs.directory("one")).orElseThrow().classes())
                .extracting(Survey.OfClass::label, Survey.OfClass::rows)
                .containsExactly(tuple("fraud", 3L), tuple("ok", 40L));
        assertThat(folder.resolve("one/report.html"))
                .content()
                .contains("\"60 a class x keyboard-typos, random-swap\"");
        assertThatThrownBy(() -> runs.settings(folder, "x", operators.formatted(1) + "corpus.label = null"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("corpus.label: given nothing; allowed is the column of the class");
    }
}
