// SPDX-License-Identifier: Apache-2.0
package dev.graft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.config.ConfigException;
import dev.graft.config.Settings;
import dev.graft.jobs.tune.ObjectiveKind;
import dev.graft.run.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.spark.internal.config.ConfigEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in {@code conf/} is what the readers read and what Spark knows. */
class ConfFilesTest {
    private static final Path HOME = Path.of("..");
    private static final Path REFERENCE = HOME.resolve("conf/reference.conf");
    /** Given in the reference for an example, and without a default. */
    private static final Pattern GIVEN = Pattern.compile(
            "name|out|corpus\\.(train|test|id|label)|corpus\\.shares\\.test|compare\\.(stage|tests|arms).*"
                    + "|stages\\.\\w+\\.(name|kind|operators.*|data.*|objective\\.kind|method\\.target-modules)");
    /** The stages of the reference without a key that has a default. */
    private static final String LEAST = """
            name = least
            corpus { train = a, label = label }
            stages = [
              { name = grow, kind = augment }
              { name = domain, kind = train, objective { kind = masked-lm } }
              { name = choose, kind = search }
              { name = meta, kind = meta-learn }
              { name = tune, kind = train }
            ]
            compare {}
            """;

    private static SortedMap<String, String> values(Path conf) {
        return Settings.read(conf, List.of(), root -> {
            RecipeRun.read(root);
            return root.values();
        });
    }

    @Test
    void theReferenceHasEachKeyOfTheReadersWithItsDefault(@TempDir Path folder) throws IOException {
        SortedMap<String, String> defaults = values(Files.writeString(folder.resolve("least.conf"), LEAST));
        SortedMap<String, String> explained = values(REFERENCE);
        String text = Files.readString(REFERENCE);
        assertThat(defaults).hasSizeGreaterThan(80);
        defaults.forEach((key, value) -> {
            requireExplained(text, key);
            if (!GIVEN.matcher(key).matches()) {
                assertThat(explained).containsEntry(key, value);
            }
        });
        assertThat(explained.keySet().stream().filter(key -> !GIVEN.matcher(key).matches()))
                .isSubsetOf(defaults.keySet());
    }

    private static void requireExplained(String text, String key) {
        String last = key.substring(key.lastIndexOf('.') + 1);
        assertThat(text).as(key).containsPattern("[ \\n{,]" + Pattern.quote(last) + "( =| \\{|\\.)");
    }

    /** Keys that go with one objective, whose defaults its comment tells. */
    @ParameterizedTest
    @EnumSource(ObjectiveKind.class)
    void theReferenceExplainsTheKeysOfEachObjective(ObjectiveKind kind, @TempDir Path folder) throws IOException {
        SortedMap<String, String> values = new TreeMap<>();
        try {
            Settings.read(
                    Files.writeString(
                            folder.resolve("one.conf"),
                            "name = one, corpus { train = a, label = label }\nstages = [{ name = tune, kind = train, objective.kind = "
                                    + Settings.name(kind) + " }]"),
                    List.of(),
                    root -> {
                        RecipeRun.read(root);
                        values.putAll(root.values());
                        return "";
                    });
        } catch (ConfigException e) {
            // Keys without a default, which one objective has.
            assertThat(e.problems()).allMatch(problem -> problem.contains(" is missing"));
        }
        String text = Files.readString(REFERENCE);
        assertThat(text).contains(Settings.name(kind));
        values.keySet().forEach(key -> requireExplained(text, key));
    }

    /** As Spark reads properties: a key, blanks, a value. */
    @Test
    void sparkKnowsEachKeyOfTheProperties() throws Exception {
        for (String object : List.of("package", "Worker", "UI", "Deploy")) {
            Class.forName("org.apache.spark.internal.config." + object + "$");
        }
        Pattern open = Pattern.compile(
                "spark\\.executorEnv\\.\\w+|spark\\.\\w+\\.resource\\.gpu\\.(amount|vendor|discoveryScript)");
        List<String> keys = Files.readAllLines(HOME.resolve("conf/spark/gpu-standalone.conf")).stream()
                .filter(line -> line.matches("(# )?spark\\.[\\w.]+ +\\S+"))
                .map(line -> line.replaceFirst("^# ", "").split(" +")[0])
                .toList();
        assertThat(keys)
                .hasSizeGreaterThan(6)
                .allSatisfy(key -> assertThat(open.matcher(key).matches() || ConfigEntry.findEntry(key) != null)
                        .as(key)
                        .isTrue());
    }

    /** A task's failure is told by the command's last line, and by nothing else. */
    @Test
    void whatATaskFailedOfIsToldOnce() throws Exception {
        try (LoggerContext log = new LoggerContext("conf")) {
            log.setConfigLocation(HOME.resolve("conf/spark/log4j2.properties").toUri());
            log.start();
            Map<String, LoggerConfig> loggers = log.getConfiguration().getLoggers();
            List<String> silent = loggers.values().stream()
                    .filter(each -> each.getLevel() == Level.OFF)
                    .map(LoggerConfig::getName)
                    .toList();
            assertThat(silent).hasSize(8).contains(ExitCode.class.getName());
            for (String each : silent) {
                Class.forName(each.endsWith("Utils") ? each + "$" : each);
            }
        }
    }

    @Test
    void eachConfigurationIsARecipe() throws IOException {
        try (Stream<Path> files = Files.list(HOME.resolve("conf"))) {
            List<String> all = files.map(HOME::relativize)
                    .map(Path::toString)
                    .filter(file -> file.endsWith(".conf"))
                    .toList();
            assertThat(all).hasSizeGreaterThan(2).allSatisfy(file -> requireKnown(file, List.of()));
        }
    }

    /** The schedulers' files name classes that are there, keys of Spark's and keys of ours. */
    @ParameterizedTest
    @ValueSource(strings = {"conf/spark/airflow_graft.py", "conf/spark/kubernetes-sparkapplication.yaml"})
    void theFilesOfSchedulersNameWhatIsThere(String file) throws Exception {
        String text = Files.readString(HOME.resolve(file));
        Class.forName("org.apache.spark.internal.config.package$");
        List<String> classes = Pattern.compile("dev\\.graft\\.[\\w.]+")
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .toList();
        assertThat(classes).isNotEmpty();
        for (String each : classes) {
            assertThat(Class.forName(each).getMethod("main", String[].class))
                    .as(each)
                    .isNotNull();
        }
        Pattern open = Pattern.compile(
                "spark\\.executorEnv\\.\\w+|spark\\.\\w+\\.resource\\.gpu\\.\\w+|spark\\.kubernetes\\..*");
        assertThat(Pattern.compile("[\"']?(spark\\.[a-z][\\w.]+)[\"']?: ")
                        .matcher(text)
                        .results())
                .allSatisfy(key -> assertThat(
                                open.matcher(key.group(1)).matches() || ConfigEntry.findEntry(key.group(1)) != null)
                        .as(key.group(1))
                        .isTrue());
        List<String> overrides = Pattern.compile("[\"'\\s]((?:stages|corpus)\\.[\\w.-]+=[\\w.]+)")
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .toList();
        requireKnown("conf/demo.conf", overrides);
    }

    /** A command in a comment or a page names a configuration that is there, and keys that are read. */
    @Test
    void theCommandsOfTheExamplesAreUnderstood() throws IOException {
        Pattern command =
                Pattern.compile("(?:bin/graft \\w+|spark\\.jar) +(conf/\\S+\\.conf)((?: +[\\w.-]+=[^\\s`]+)*)");
        int found = 0;
        try (Stream<Path> files = Stream.of(
                        "README.md",
                        "BENCHMARKS.md",
                        "conf/classify.conf",
                        "conf/sft.conf",
                        "conf/spark/gpu-standalone.conf")
                .map(HOME::resolve)) {
            for (Path file : files.toList()) {
                var matcher = command.matcher(Files.readString(file).replaceAll("\\\\\n#?\\s*", ""));
                while (matcher.find()) {
                    found++;
                    requireKnown(
                            matcher.group(1),
                            Stream.of(matcher.group(2).strip().split(" +"))
                                    .filter(each -> !each.isEmpty())
                                    .toList());
                }
            }
        }
        assertThat(found).isGreaterThan(3);
    }

    private static void requireKnown(String conf, List<String> overrides) {
        try {
            Settings.read(HOME.resolve(conf), overrides, RecipeRun::read);
        } catch (ConfigException e) {
            // Files of the reader's own are not here.
            assertThat(e.problems())
                    .as(conf + " " + overrides)
                    .allMatch(problem -> problem.contains("that can be read"));
        }
    }
}
