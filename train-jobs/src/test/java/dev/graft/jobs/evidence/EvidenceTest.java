// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.evidence;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.graft.cluster.TaskDevice;
import dev.graft.config.ConfigException;
import dev.graft.config.Settings;
import dev.graft.train.Example;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvidenceTest {
    private static final Path CONF = Path.of("..", "conf", "evidence");
    private static final List<String> DEMO =
            List.of("corpus.train=../conf/demo/train.jsonl", "corpus.test=../conf/demo/test.jsonl");

    private static EvidencePlan plan(String file, String... overrides) {
        List<String> all = new ArrayList<>(DEMO);
        all.addAll(List.of(overrides));
        return Settings.read(CONF.resolve(file), all, EvidencePlan::read);
    }

    @Test
    void everyClaimIsReadAndTold() throws IOException {
        String readme = Files.readString(CONF.resolve("README.md"));
        try (Stream<Path> files = Files.list(CONF)) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".conf"))
                    .sorted()
                    .toList();
            assertThat(names).hasSizeGreaterThan(5);
            for (String name : names) {
                EvidencePlan plan = plan(name);
                assertThat(name).isEqualTo(plan.name() + ".conf");
                assertThat(plan.seeds()).hasSizeGreaterThanOrEqualTo(5);
                assertThat(plan.arms()).hasSizeGreaterThan(2);
                assertThat(plan.out()).isEqualTo("runs/evidence/" + plan.name());
                assertThat(readme).contains("`" + name + "`");
            }
        }
    }

    @Test
    void saysAllThatIsWrong() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> plan("uda.conf", "baseline=none", "stepz=1"))
                .withMessageContainingAll("baseline", "supervised, UDA, self-training", "stepz", "steps");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> plan("eda.conf", "arms=[{ name = a, meta { kind = reptile } }, { name = b }]"))
                .withMessageContaining("an arm with meta only where episodes");
    }

    @Test
    void anArmMayTakeMoreSteps() {
        EvidencePlan plan = plan("uda.conf", "arms=[{ name = a }, { name = b, steps = 300 }]");
        assertThat(plan.arms()).extracting(EvidenceArm::steps).containsExactly(0, 300);
        assertThat(plan("uda.conf", "arms=[{ name = a }, { name = c }]")
                        .arms()
                        .get(0)
                        .values())
                .isEqualTo(plan.arms().get(0).values());
    }

    /** As README.md says: the configuration that a search wrote, in a file that takes another's arms. */
    @Test
    void aSearchedPolicyIsAnArm(@TempDir Path folder) throws IOException {
        Path policy = folder.resolve("policy.conf");
        Path claim = Files.writeString(
                folder.resolve("searched.conf"),
                "include file(\"" + CONF.resolve("eda.conf").toAbsolutePath()
                        + "\")\narms += { name = searched policy, policy = \"" + policy + "\" }\n");
        EvidenceArm chosen = searched(
                claim,
                policy,
                "operators = [ { operator = random-swap, alpha = 0.2, copies = 2 } ], filters.similarity.min = 0.7");
        assertThat(chosen.section().steps())
                .singleElement()
                .satisfies(step -> assertThat(step.name()).isEqualTo("random-swap"));
        assertThat(chosen.section().filters()).isNotEmpty();
        EvidenceArm none = searched(claim, policy, "operators = [], filters.similarity.min = -1");
        assertThat(none.copies()).isEmpty();
        assertThat(none.values()).isNotEqualTo(chosen.values());
        String both = "arms=[{ name = a }, { name = b, augment.operators = [], policy = \"" + policy + "\" }]";
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> plan("eda.conf", both))
                .withMessageContaining("none beside a policy");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> searched(claim, policy, "operators = [ { operator = random-swop } ]"))
                .withMessageContaining("random-swop");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> plan("eda.conf", "arms=[{ name = a }, { name = b, policy = none.conf }]"))
                .withMessageContaining("none.conf");
    }

    /** The last arm, with a policy as a search writes it. */
    private static EvidenceArm searched(Path claim, Path policy, String augment) throws IOException {
        Files.writeString(
                policy,
                "# chosen\nname = x\ncorpus { train = \"../conf/demo/train.jsonl\", text = text, label = label }\n"
                        + "search { rows = 100 }\nstages = null\ncompare = null\naugment { " + augment + " }\n");
        EvidencePlan plan = Settings.read(claim, DEMO, EvidencePlan::read);
        return plan.arms().get(plan.arms().size() - 1);
    }

    /** All arms see the same rows, and none sees a test row's text. */
    @Test
    void aSeedDrawsRowsThatNoTestRowHas(@TempDir Path folder) throws IOException {
        Path train = folder.resolve("train.jsonl");
        Path test = folder.resolve("test.jsonl");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            lines.append("{\"text\": \"row ")
                    .append(i)
                    .append("\", \"label\": \"")
                    .append(i % 3)
                    .append("\"}\n");
        }
        Files.writeString(train, lines);
        Files.writeString(test, "{\"text\": \"row 7\", \"label\": \"1\"}\n{\"text\": \"other\", \"label\": \"2\"}\n");
        EvidencePlan plan =
                plan("uda.conf", "corpus.train=" + train, "corpus.test=" + test, "per-class=4", "validation=5");
        EvidenceRows rows = EvidenceRows.read(plan);
        assertThat(rows.test()).hasSize(2);
        Set<List<Example>> draws = new HashSet<>();
        for (long seed = 0; seed < 20; seed++) {
            EvidenceRows.Drawn drawn = rows.drawn(plan, seed);
            assertThat(drawn).isEqualTo(rows.drawn(plan, seed));
            draws.add(drawn.labelled());
            EvidenceRows.byLabel(drawn.labelled())
                    .values()
                    .forEach(each -> assertThat(each).hasSize(4));
            assertThat(drawn.validation()).hasSize(5);
            Set<String> all = new HashSet<>(drawn.unlabelled());
            drawn.labelled().forEach(row -> all.add(row.text()));
            drawn.validation().forEach(row -> all.add(row.text()));
            assertThat(all).hasSize(59).doesNotContain("row 7");
        }
        assertThat(draws).hasSize(20);
    }

    @Test
    void tasksAreOfClassesThatWereNotSeen() {
        EvidencePlan plan = plan("meta.conf");
        EvidenceRows rows = EvidenceRows.read(plan);
        for (long seed = 1; seed < 6; seed++) {
            UnseenTasks tasks = UnseenTasks.of(rows, requireNonNull(plan.episodes()), seed);
            Set<String> seen = new HashSet<>();
            tasks.seen().forEach(row -> seen.add(row.text()));
            assertThat(EvidenceRows.byLabel(tasks.seen())).hasSize(7);
            for (UnseenTasks.Episode task : tasks.episodes()) {
                assertThat(task.support()).hasSize(15);
                assertThat(task.query()).hasSize(30);
                Stream.concat(task.support().stream(), task.query().stream())
                        .forEach(row -> assertThat(seen).doesNotContain(row.text()));
            }
        }
    }

    /** Gains of 2, 2, 2, 2 and 2 points have an interval of nothing; of a baseline that varies more than the arms do. */
    @Test
    void gainsArePairedBySeed() {
        EvidencePlan plan = plan("uda.conf");
        List<Experiment.Result> results = new ArrayList<>();
        double[] base = {0.5, 0.7, 0.6, 0.4, 0.8};
        for (int seed = 1; seed <= 5; seed++) {
            for (EvidenceArm arm : plan.arms()) {
                double gain = arm.name().equals("UDA") ? 0.02 : arm.name().equals("supervised") ? 0 : 0.1 * (seed - 3);
                results.add(new Experiment.Result(
                        arm.name(),
                        seed,
                        base[seed - 1] + gain,
                        0.3,
                        0.01,
                        new Cost(2, 1, 500),
                        arm.name().equals("UDA") ? "told" : ""));
            }
        }
        EvidenceTable table = new EvidenceTable(plan, results);
        assertThat(table.gain("UDA", Experiment.Result::accuracy).halfWidth()).isCloseTo(0, Assertions.within(1e-9));
        String text =
                table.markdown("bin/graft evidence x", "abc", new EvidenceRows(List.of("a"), List.of(), List.of()));
        assertThat(text)
                .contains("| UDA | 62.0 ± ", " | +2.0 ± 0.0 | ")
                .contains("- UDA against supervised: +2.0 ± 0.0 points, it helps; on text with typos +0.0 ± 0.0 points,"
                        + " no difference can be shown.")
                .contains("- self-training against supervised: +0.0 ± 19.6 points, no difference can be shown")
                .contains("commit `abc`", "seeds [1, 2, 3, 4, 5]", "paired by seed", "With seed 1, UDA: told.")
                .contains(" | 1.00 % | 500 | 1 |");
        assertThat(new EvidenceTable(plan("uda.conf", "typos=0"), results)
                        .markdown("bin/graft evidence x", "abc", new EvidenceRows(List.of("a"), List.of(), List.of())))
                .contains("| arm | accuracy | gain over supervised | trained | peak MB | CPU s |")
                .doesNotContain("typos");
    }

    @Test
    void aTableTakesThePlaceOfItsForerunner(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("EVIDENCE.md");
        EvidenceJob.write(file, "a on b", "first\n");
        EvidenceJob.write(file, "c on d", "second\n");
        EvidenceJob.write(file, "a on b", "third\n");
        assertThat(Files.readString(file))
                .isEqualTo("# Evidence\n\n<!-- a on b -->\nthird\n<!-- end of a on b -->\n\n"
                        + "<!-- c on d -->\nsecond\n<!-- end of c on d -->\n\n");
    }

    /** One seed of what each arm can do, with as few rows and steps as there can be. */
    @Test
    void anArmIsWhatItSays(@TempDir Path folder) throws IOException {
        StringBuilder lines = new StringBuilder();
        List<String> words = List.of("refund", "parcel", "login", "invoice", "refuse");
        for (int i = 0; i < 40; i++) {
            String word = words.get(i % 5);
            lines.append("{\"text\": \"my good " + word + " is very late, number " + i + "\", \"label\": \"" + word
                    + "\"}\n");
        }
        Path train = Files.writeString(folder.resolve("train.jsonl"), lines);
        Path test = Files.writeString(
                folder.resolve("test.jsonl"), "{\"text\": \"where is my refund\", \"label\": \"refund\"}\n");
        requireWorks(
                plan(
                        "uda.conf",
                        "per-class=1",
                        "unlabelled=4",
                        "test-rows=4",
                        "steps=1",
                        "train.batch-size=2",
                        "train.max-length=16",
                        "model=../pipeline-core/src/test/resources/tiny-bert",
                        "corpus.train=" + train,
                        "corpus.test=" + test),
                4);
        requireWorks(
                plan(
                        "hybrid.conf",
                        "episodes={ ways = 2, shots = 2, queries = 2, unseen = 0.5, tasks = 1 }",
                        "unlabelled=6",
                        "steps=1",
                        "define.before.steps=1",
                        "define.learning={ kind = first-order-maml, steps = 1, tasks = 1, inner-steps = 1 }",
                        "train.max-length=16",
                        "model=../pipeline-core/src/test/resources/tiny-bert",
                        "corpus.train=" + train,
                        "corpus.test=" + test),
                1);
    }

    private static void requireWorks(EvidencePlan plan, int most) throws IOException {
        new ObjectOutputStream(OutputStream.nullOutputStream())
                .writeObject(new Experiment(plan, plan.arms().get(0), 1));
        EvidenceRows rows = EvidenceRows.read(plan);
        for (EvidenceArm arm :
                plan.arms().subList(plan.arms().size() - most, plan.arms().size())) {
            Experiment.Result result = new Experiment(plan, arm, 1).run(rows, TaskDevice.cpu(1));
            assertThat(result.accuracy()).isBetween(0.0, 1.0);
            assertThat(result.share() > 0).isEqualTo(!arm.probe());
            assertThat(result.note().contains("rows joined")).isEqualTo(arm.selfTraining() != null);
        }
    }
}
