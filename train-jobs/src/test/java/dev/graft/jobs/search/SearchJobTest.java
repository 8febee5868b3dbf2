// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.config.Settings;
import dev.graft.corpus.InputException;
import dev.graft.jobs.OnLocalSpark;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.run.RunDirectory;
import dev.graft.storage.LocalStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchJobTest extends OnLocalSpark {
    @TempDir
    private Path folder;

    private Path corpus(String name, int rows) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            boolean money = i % 2 == 0;
            lines.add("{\"id\": \"%1$s%2$d\", \"text\": \"%3$s %4$s number %1$s%2$d\", \"label\": \"%5$s\"}"
                    .formatted(
                            name,
                            i,
                            List.of("Please help,", "Well,", "I can't wait:", "Hello,")
                                    .get(i / 2 % 4),
                            money ? "refund the money for my order" : "the password of my account does not work",
                            money ? "refund" : "login"));
        }
        return Files.write(folder.resolve(name + ".jsonl"), lines);
    }

    private String conf(String test) throws IOException {
        return """
                name = chosen, out = "%s/run"
                corpus { train = "%s", validation = "%s", test = "%s", id = id, label = label }
                augment { filters { length-ratio { max = 3 } } }
                search { policies = 4, seeds = 2, finals { policies = 1, seeds = 2, epochs = 2, batch-size = 8, max-length = 16 }, operators = [random-swap, contraction], strengths = [0.2] }
                """.formatted(folder, corpus("t", 12), corpus("v", 20), test);
    }

    private Leaderboard search(String conf, boolean force) throws IOException {
        return SearchJob.run(spark, Settings.parse(conf, SearchPlan::read), conf, force, Clock.systemUTC());
    }

    @Test
    void aPolicyIsChosenWithoutTheTestPartAndTakenByAugment() throws IOException {
        String conf = conf(folder + "/there-is-no-such-file.jsonl");
        Leaderboard board = search(conf, false);
        assertThat(board.entries())
                .extracting(entry -> entry.policy().name())
                .contains("no copies")
                .hasSize(2);
        assertThat(board.seeds()).isEqualTo(2);
        assertThat(Files.readString(folder.resolve("run/leaderboard.json"))).contains("finals", "entries");
        assertThat(Files.readString(folder.resolve("run/report.html")))
                .contains("Tuned with the copies of the best", "Ranked by a logistic regression", "no copies");

        Path written = folder.resolve("run/policy.conf");
        assertThat(Files.readString(written)).startsWith("# " + board.conclusion());
        AugmentSettings settings = Settings.read(written, List.of("corpus.test = \"\""), AugmentSettings::read);
        assertThat(settings.section().steps())
                .hasSize(board.winner().map(each -> each.operators().size()).orElse(0));

        AugmentSettings later = Settings.parse(
                        conf.replaceAll("(?m)^ *(augment|search) .*$", "")
                                + "stages = [{ name = choose, kind = search }, { name = grow, kind = augment, policy = choose }]",
                        root -> AugmentSettings.read(root, Optional.of("grow")))
                .chosen(any -> new RunDirectory(new LocalStorage(), folder + "/run"));
        assertThat(later.section().steps()).hasSameSizeAs(settings.section().steps());

        List<Path> trials = trials();
        assertThat(trials).hasSizeGreaterThan(5);
        Files.delete(trials.get(0));
        assertThat(search(conf, false)).as("resumed").isEqualTo(board);
        assertThat(trials()).isEqualTo(trials);
    }

    @Test
    void testRowsWithinTheFileChangeNothing() throws IOException {
        Path rows = corpus("w", 60);
        String split = """
                name = split, out = "%s/%s"
                corpus { train = "%s", id = id, label = label, split = part }
                search { policies = 2, seeds = 1, finals.policies = 0, operators = [random-swap] }
                """;
        List<Leaderboard> boards = new ArrayList<>();
        for (String poison : List.of("login", "poison")) {
            List<String> lines = new ArrayList<>();
            for (String line : Files.readAllLines(rows)) {
                int i = lines.size();
                String part = i % 3 == 0 ? "train" : i % 3 == 1 ? "validation" : "test";
                String given =
                        part.equals("test") ? line.replaceAll("\"label\": .*", "\"label\": \"" + poison + "\"}") : line;
                lines.add(given.replace("}", ", \"part\": \"" + part + "\"}"));
            }
            Path file = Files.write(folder.resolve(poison + ".jsonl"), lines);
            boards.add(search(split.formatted(folder, "run-" + poison, file), false));
            assertThat(folder.resolve("run-" + poison + "/policy.conf")).exists();
        }
        assertThat(boards.get(1)).isEqualTo(boards.get(0));
    }

    @Test
    void aCorpusWithoutAValidationPartIsRefused() throws IOException {
        String conf = conf("").replaceAll("validation = \"[^\"]*\", test = \"\"", "shares { test = 0 }");
        assertThatThrownBy(() -> search(conf, false))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("0 validation rows. corpus.validation names");
        assertThatThrownBy(() -> Settings.parse(
                        conf.replace("random-swap", "random-swop").replace("[0.2]", "[2]"), SearchPlan::read))
                .hasMessageContainingAll("search.operators: given", "search.strengths: given");
    }

    private List<Path> trials() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("run/trials"))) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aStageOfARecipeIsSearchedInItsOwnFolder() {
        SearchPlan plan = Settings.parse("""
                name = r, out = "/runs", corpus { train = unused, label = label }
                stages = [
                  { name = choose, kind = search, sampler = tpe, policies = 5 }
                  { name = grow, kind = augment, policy = choose }
                  { name = tune, kind = train, data = grow }
                ]
                """, SearchPlan::read);
        assertThat(plan.augment().recipe().out()).isEqualTo("/runs/choose");
        assertThat(plan.policies()).isEqualTo(5);
    }
}
