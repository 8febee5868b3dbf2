// SPDX-License-Identifier: Apache-2.0
package dev.graft.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The stage on real standalone clusters, submitted through SparkSubmit. What could go wrong: two tasks on one GPU, a
 * plain stage that holds GPUs, and Spark's habit of waiting for ever where there is no GPU.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "discovery scripts are shell scripts")
class ClusterTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String AMOUNT = "spark.executor.resource.gpu.amount";
    private static final String UI_PORT = "spark.master.ui.port";
    private static final int ADDRESS = 1;
    private static final int PROCESS = 4;

    @TempDir
    static Path temporary;

    private static SparkHome home;
    private static Path application;

    @BeforeAll
    static void install() throws IOException {
        home = SparkHome.at(temporary.resolve("spark"));
        application = home.pack("application.jar");
    }

    @Test
    void tasksThatRunAtOnceHoldDifferentGpus() throws Exception {
        Path meeting = Files.createTempDirectory(temporary, "meeting-");
        try (StandaloneCluster cluster =
                StandaloneCluster.start(home, "two-gpus", List.of(List.of("0"), List.of("1")))) {
            SparkHome.Ended ended = submit(
                    cluster.master(), Map.of(AMOUNT, "1", UI_PORT, cluster.uiPort()), DeviceChoice.GPU, 120, meeting);

            assertThat(ended.exit()).as(ended.output()).isZero();
            for (int number = 0; number < GpuApplication.PIECES; number += 2) {
                String[] one = met(meeting, number);
                String[] other = met(meeting, number + 1);
                assertThat(List.of(one[ADDRESS], other[ADDRESS]))
                        .as("GPUs of pieces %d and %d, which ran at the same time", number, number + 1)
                        .containsExactlyInAnyOrder("0", "1");
                assertThat(one[PROCESS]).isNotEqualTo(other[PROCESS]);
                assertThat(List.of(one, other))
                        .allSatisfy(met ->
                                assertThat(met).containsExactly("GPU", met[ADDRESS], met[ADDRESS], "1", met[PROCESS]));
            }
            assertThat(ended.output())
                    .contains("RESULTS 0 once,1 once,2 once,3 again")
                    .contains("PLAIN 0")
                    .contains("meeting: 4 of 4 done")
                    .contains("meeting: attempt 1 of piece 3 ended on 127.0.0.1")
                    .contains("the first attempt is lost");
        }
    }

    private static String[] met(Path meeting, int number) throws IOException {
        return Files.readString(GpuApplication.file(meeting, number)).split(" ");
    }

    @Test
    void aClusterWithoutGpusIsRefusedOrGivenUp() throws Exception {
        Path meeting = Files.createTempDirectory(temporary, "meeting-");
        try (StandaloneCluster cluster = StandaloneCluster.start(home, "no-gpus", List.of(List.of()))) {
            SparkHome.Ended refused = submit(
                    cluster.master(), Map.of(AMOUNT, "1", UI_PORT, cluster.uiPort()), DeviceChoice.AUTO, 120, meeting);
            assertThat(refused.exit()).as(refused.output()).isEqualTo(2);
            assertThat(refused.output())
                    .contains(AMOUNT + "=1 with master " + cluster.master() + ": no worker has so many GPUs")
                    .contains("127.0.0.1 0");

            // Nothing listens on port 1, as if the web UI were closed off.
            SparkHome.Ended givenUp =
                    submit(cluster.master(), Map.of(AMOUNT, "1", UI_PORT, "1"), DeviceChoice.AUTO, 5, meeting);
            assertThat(givenUp.exit()).as(givenUp.output()).isEqualTo(1);
            assertThat(givenUp.output())
                    .contains("STAGE meeting: none of its tasks ran for 5 s; the job is cancelled. "
                            + "Asked for: 4 tasks of 1 CPU and 1 GPU each, of " + cluster.master()
                            + ", which gave the application 0 executors.");
        }
    }

    @Test
    void gpuSettingsInLocalModeAreRefused() throws Exception {
        Path meeting = Files.createTempDirectory(temporary, "meeting-");
        SparkHome.Ended refused = submit("local[2]", Map.of(AMOUNT, "1"), DeviceChoice.AUTO, 120, meeting);
        assertThat(refused.exit()).as(refused.output()).isEqualTo(2);
        assertThat(refused.output()).contains(AMOUNT + "=1 with master local[2]: in local mode Spark has no GPU");
    }

    private static SparkHome.Ended submit(
            String master, Map<String, String> settings, DeviceChoice choice, int patienceSeconds, Path meeting)
            throws IOException, InterruptedException {
        Map<String, String> all = new TreeMap<>(settings);
        all.put("spark.ui.enabled", "false");
        all.put("spark.driver.host", "127.0.0.1");
        all.put("spark.executor.memory", "512m");
        List<String> arguments =
                new ArrayList<>(List.of("--master", master, "--class", GpuApplication.class.getName()));
        all.forEach((key, value) -> arguments.addAll(List.of("--conf", key + "=" + value)));
        arguments.addAll(
                List.of(application.toString(), choice.name(), Integer.toString(patienceSeconds), meeting.toString()));
        return home.submit(LIMIT, arguments);
    }
}
