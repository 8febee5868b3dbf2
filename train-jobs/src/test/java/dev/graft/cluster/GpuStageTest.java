// SPDX-License-Identifier: Apache-2.0
package dev.graft.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stage in local mode: order, devices, retries, failures; {@link ClusterTest} has the GPUs. */
class GpuStageTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static JavaSparkContext spark;

    @BeforeAll
    static void start() {
        // local[4,3]: four cores, and a task may be tried three times, as on a cluster.
        spark = new JavaSparkContext(
                new SparkConf().setMaster("local[4,3]").setAppName("stage").set("spark.ui.enabled", "false"));
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    @Test
    void resultsComeInTheOrderOfThePieces() {
        List<Integer> results = stage().run("squares", numbers(9), (number, device) -> {
            Thread.sleep(90 - 10L * number);
            return number * number;
        });
        assertThat(results).containsExactly(0, 1, 4, 9, 16, 25, 36, 49, 64);
    }

    @Test
    void everyPieceIsATaskOfItsOwnOfOneJob() {
        List<List<Integer>> results = stage().run("ids", numbers(5), (number, device) -> {
            TaskContext task = TaskContext.get();
            return List.of(task.stageId(), task.partitionId(), task.numPartitions());
        });
        int stage = results.get(0).get(0);
        assertThat(results)
                .containsExactlyElementsOf(IntStream.range(0, 5)
                        .mapToObj(partition -> List.of(stage, partition, 5))
                        .toList());
    }

    @Test
    void localCoresAreSharedByTheTasks() {
        assertThat(stage().run("threads", numbers(2), (number, device) -> device))
                .containsExactly(TaskDevice.cpu(2), TaskDevice.cpu(2));
    }

    @Test
    void nothingToDoNeedsNoJob() {
        assertThat(stage().run("nothing", List.<Piece<Integer>>of(), (number, device) -> number))
                .isEmpty();
    }

    @Test
    void aPieceThatFailsOnceIsTriedAgain(@TempDir Path dir) {
        String marker = dir.resolve("failed-once").toString();
        List<Integer> results = stage().run("flaky", numbers(3), (number, device) -> {
            if (number == 1 && Files.notExists(Path.of(marker))) {
                Files.createFile(Path.of(marker));
                throw new IOException("the disk was busy");
            }
            return number;
        });
        assertThat(results).containsExactly(0, 1, 2);
        assertThat(Path.of(marker)).exists();
    }

    @Test
    void aPieceThatFailsForGoodIsNamedWithItsCause() {
        assertThatThrownBy(() -> stage().run("training", numbers(3), (number, device) -> {
                    if (number == 2) {
                        throw new IllegalStateException("the loss is NaN", new ArithmeticException("0 / 0"));
                    }
                    return number;
                }))
                .isInstanceOf(StageException.class)
                .hasMessageMatching("training: number 2 failed on the CPU \\(1 thread\\) of \\S+ in attempt 3: "
                        + "java.lang.IllegalStateException: the loss is NaN, "
                        + "caused by java.lang.ArithmeticException: 0 / 0")
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseInstanceOf(ArithmeticException.class);
    }

    /** Spark would drop an exception that can't be sent, and with it the name. */
    @Test
    void aFailureThatDoesNotSerialiseIsNamedToo() {
        assertThatThrownBy(() -> stage().run("training", numbers(1), (number, device) -> {
                    throw new Unsendable();
                }))
                .isInstanceOf(StageException.class)
                .hasMessageContaining("number 0 failed on")
                .hasMessageContaining("holds a native handle")
                .cause()
                .hasMessageContaining("holds a native handle");
    }

    @Test
    void aMissingNativeLibraryIsNamedToo() {
        assertThatThrownBy(() -> stage().run("training", numbers(1), (number, device) -> {
                    throw new UnsatisfiedLinkError("libtorch.so");
                }))
                .hasMessageContaining("number 0 failed on")
                .hasMessageContaining("libtorch.so");
    }

    @Test
    void refusesGpuInLocalMode() {
        assertThatThrownBy(() -> new GpuStage(spark, DeviceChoice.GPU, PATIENCE))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("device = gpu with master local[4,3]");
    }

    @Test
    void refusesNoPatience() {
        assertThatThrownBy(() -> new GpuStage(spark, DeviceChoice.AUTO, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("patience is PT0S");
    }

    private static GpuStage stage() {
        return new GpuStage(spark, DeviceChoice.AUTO, PATIENCE);
    }

    private static List<Piece<Integer>> numbers(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> new Piece<>("number " + number, number))
                .toList();
    }

    private static final class Unsendable extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final Object handle = new Object();

        @Override
        public String getMessage() {
            return "holds a native handle " + handle;
        }
    }
}
