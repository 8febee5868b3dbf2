// SPDX-License-Identifier: Apache-2.0
package dev.graft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.jobs.Launch;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command line in this process: what it prints, and how it ends. */
class GraftTest {
    private static final String DEMO = "../conf/demo.conf";

    /**
     * How a command ended.
     *
     * @param code of the exit
     */
    private record Ended(int code, String out, String err) {}

    @TempDir
    private Path folder;

    private static Ended graft(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line =
                Launch.line(new Graft()).setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        int code = line.execute(arguments);
        return new Ended(code, out.toString(), err.toString());
    }

    @Test
    void everyCommandHasHelpAVersionAndADescription() {
        Set<String> commands = Launch.line(new Graft()).getSubcommands().keySet();
        assertThat(commands)
                .containsExactlyInAnyOrder(
                        "demo",
                        "run",
                        "augment",
                        "train",
                        "check",
                        "evaluate",
                        "preview",
                        "plan",
                        "search",
                        "evidence",
                        "filter",
                        "doctor",
                        "pull",
                        "chat",
                        "generate",
                        "merge",
                        "completion",
                        "help");
        String all = graft("--help").out();
        for (String command : commands) {
            Ended help = graft("help", command);
            assertThat(help.code()).isZero();
            assertThat(help.out()).as(command).contains("Usage: graft " + command);
            assertThat(all).containsPattern("(?m)^  " + command + " +\\w");
        }
        assertThat(graft("train", "--help").out())
                .contains("CONF", "key=value", "--force", "the configuration or the input");
        assertThat(graft("plan", "--version")).isEqualTo(graft("--version"));
        assertThat(graft("--version").out()).startsWith("graft ").contains("Java 17");
    }

    @Test
    void modelsHaveNames() {
        assertThat(graft("pull").out()).contains("en-pt  MPL-2.0").contains("pt-en");
        Ended unknown = graft("pull", "en-pt", "en-xx");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err()).contains("no model is named \"en-xx\"; there are en-pt, pt-en");
    }

    @Test
    void aMistypedCommandOrOptionIsToldWhatItMightBe() {
        Ended command = graft("evalute", DEMO);
        assertThat(command.code()).isEqualTo(2);
        assertThat(command.err()).contains("evalute").contains("Did you mean: graft evaluate");
        Ended option = graft("augment", DEMO, "--forec");
        assertThat(option.code()).isEqualTo(2);
        assertThat(option.err()).contains("--forec").contains("--force");
        assertThat(graft().code()).isEqualTo(2);
        assertThat(graft().err()).contains("a command is missing").contains("preview");
        assertThat(graft("train").err()).contains("Missing required parameter", "CONF");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "augment", "train", "evaluate", "preview", "plan", "filter"})
    void eachProblemOfAConfigurationIsSaidOnceBeforeAnythingStarts(String command) {
        Ended ended = graft(command, DEMO, "sede=1", "corpus.format=xml", "max-bad-rows=2");
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err())
                .startsWith("graft: 3 problems in the configuration:")
                .containsOnlyOnce("did you mean \"seed\"?")
                .containsOnlyOnce("given \"xml\"")
                .containsOnlyOnce("max-bad-rows: given 2")
                .doesNotContain("\tat ");
    }

    /** Before Spark starts, which takes longer than this. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "augment | model=no/such/folder | model: given \"no/such/folder\"; allowed is a folder that can be read",
                "preview | model=.. | has no config.json; allowed is minilm or a Hugging Face folder",
                "augment | stages.grow.filters.language.code=xyz | language.code: given \"xyz\"; allowed is a language by its",
                "plan | stages.grow.filters.language.code=EN | one of afr, ara, ast",
                "train | stages.tune.device=gpu | device = gpu with master local[*]: in local mode Spark has no GPU",
                "run | stages.tune.device=gpu | allowed is auto or cpu, or the master of a cluster",
                "evaluate | stages.tune.device=gpu | device = gpu with master local[*]"
            })
    void whatCannotWorkIsRefusedAtOnce(String command, String override, String said) {
        Instant start = Instant.now();
        Ended ended = graft(command, DEMO, override, "out=" + folder.resolve("run"));
        assertThat(ended.err()).contains(said);
        assertThat(ended.code()).isEqualTo(2);
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(20));
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void allStagesOfARunAreReadBeforeEitherStarts() {
        Ended ended = graft("run", DEMO, "stages.tune.epochs=none", "stages.grow.operators=none");
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).contains("2 problems", "stages.tune.epochs", "stages.grow.operators");
    }

    @Test
    void overridesWinAndTheLaterOneBeforeTheEarlier() throws IOException {
        Path conf = Files.writeString(folder.resolve("small.conf"), """
                name = small
                corpus { train = no.jsonl, label = label }
                augment.operators = [{ operator = keyboard-typos, copies = no }]
                """);
        assertThat(graft("preview", conf.toString()).err()).contains("small.conf:3", "copies: given \"no\"");
        assertThat(graft("preview", conf.toString(), "augment.operators=[{operator=word-split}]")
                        .err())
                .doesNotContain("copies")
                .contains("no.jsonl");
        assertThat(graft("preview", conf.toString(), "seed=x", "seed=1", "augment.operators=[]")
                        .err())
                .doesNotContain("seed");
        assertThat(graft("preview", folder.resolve("other.conf").toString()))
                .isEqualTo(new Ended(
                        2,
                        "",
                        "graft: 1 problem in the configuration:\n  " + folder.resolve("other.conf")
                                + ": no such file\n"));
        assertThat(graft("preview", conf.toString(), "seed").err()).contains("\"seed\"", "not of the form key=value");
    }

    @Test
    void theShellCompletesCommandsAndOptions() {
        Ended script = graft("completion");
        assertThat(script.code()).isZero();
        assertThat(script.out()).startsWith("#!/usr/bin/env bash").contains("preview", "--force", "complete -F");
    }
}
