// SPDX-License-Identifier: Apache-2.0
package dev.graft.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.run.ExitCode;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are ended from outside: what they leave behind, and how the next one goes on. */
class KilledTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    private Path folder;

    private Path elsewhere;
    private Path run;
    private Path said;

    @BeforeEach
    void corpus() throws IOException {
        elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        run = folder.resolve("run");
        said = folder.resolve("said.txt");
        Files.write(
                folder.resolve("corpus.jsonl"),
                IntStream.range(0, 2000)
                        .mapToObj(i ->
                                "{\"text\": \"The parcel of order number %d came to the wrong door\"}".formatted(i))
                        .toList());
        Files.writeString(folder.resolve("graft.conf"), """
                name = killed, out = "%s", corpus { train = "%s" }
                augment { operators = [{ operator = random-swap, copies = 3 }], filters { similarity { min = -1 } } }
                """.formatted(run, folder.resolve("corpus.jsonl")));
    }

    private Process start() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(each -> each.startsWith("--add-opens") || each.startsWith("-XX"))
                .forEach(command::add);
        command.addAll(List.of("-Djava.io.tmpdir=" + elsewhere, "-Xmx1g", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", classPath(), Graft.class.getName()));
        command.addAll(List.of("augment", folder.resolve("graft.conf").toString()));
        ProcessBuilder process = new ProcessBuilder(command);
        process.environment().keySet().removeIf(name -> name.startsWith("SPARK_") && !name.equals("SPARK_LOCAL_IP"));
        return process.redirectErrorStream(true)
                .redirectOutput(new File(said.toString()))
                .start();
    }

    private static String classPath() {
        return Graft.class.getClassLoader() instanceof URLClassLoader launcher
                ? Stream.of(launcher.getURLs()).map(URL::getPath).collect(Collectors.joining(File.pathSeparator))
                : System.getProperty("java.class.path");
    }

    private Process inTheMiddle() throws Exception {
        Process process = start();
        Instant end = Instant.now().plus(PATIENCE);
        while (!isAtWork(process) && process.isAlive()) {
            assertThat(Instant.now()).as(Files.readString(said)).isBefore(end);
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertThat(process.isAlive()).as(Files.readString(said)).isTrue();
        return process;
    }

    /** In a staging folder of its own: what others left there is gone. */
    private boolean isAtWork(Process process) throws IOException {
        Path staging = run.resolve("_staging");
        return Files.isDirectory(staging.resolve("augment"))
                && names(staging.resolve("temporary")).equals(List.of(Long.toString(process.pid())));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void whatAKilledRunLeavesIsClearedByTheNext() throws Exception {
        Process killed = inTheMiddle();
        killed.destroyForcibly().waitFor();
        String litter = names(run.resolve("_staging/temporary/" + killed.pid())).stream()
                .map(name -> name.replaceFirst("-.*", ""))
                .distinct()
                .collect(Collectors.joining(" "));
        assertThat(litter).contains("blockmgr", "spark");
        assertThat(names(elsewhere)).isEmpty();
        assertThat(run.resolve("manifest.json")).doesNotExist();

        Process stopped = inTheMiddle();
        assertThat(run.resolve("_staging/temporary/" + killed.pid())).doesNotExist();
        stopped.destroy();
        assertThat(stopped.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(stopped.exitValue()).isEqualTo(ExitCode.STOPPED);
        assertThat(Files.readAllLines(said, UTF_8))
                .filteredOn(line -> line.startsWith("graft:"))
                .containsExactly("graft: stopped by a signal; what was finished stays, and the same command goes on");
        assertThat(Files.readString(said)).doesNotContain("\tat ", "Exception");

        Process whole = start();
        assertThat(whole.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(whole.exitValue()).as(Files.readString(said)).isZero();
        assertThat(names(run)).contains("augmented", "manifest.json").noneMatch(name -> name.startsWith("_"));
        assertThat(names(elsewhere)).isEmpty();
    }
}
