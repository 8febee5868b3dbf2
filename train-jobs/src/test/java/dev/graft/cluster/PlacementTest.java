// SPDX-License-Identifier: Apache-2.0
package dev.graft.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.config.ConfigException;
import java.util.OptionalInt;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings with which Spark would wait for ever are refused, and the others place the work where the user meant. */
class PlacementTest {
    private static final String STANDALONE = "spark://head:7077";
    private static final String EXECUTOR_GPUS = "spark.executor.resource.gpu.amount";

    @ParameterizedTest
    @CsvSource({"local, 1", "local[4], 4", "'local[3,2]', 3"})
    void localModeRunsOnTheCpu(String master, int cores) {
        assertThat(Placement.of(conf(master), DeviceChoice.AUTO))
                .isEqualTo(new Placement(false, 1, OptionalInt.of(cores)));
    }

    @Test
    void allCoresOfTheMachineAreLocalCores() {
        assertThat(Placement.of(conf("local[*]"), DeviceChoice.CPU).localCores())
                .hasValue(Runtime.getRuntime().availableProcessors());
    }

    @ParameterizedTest
    @CsvSource({"8, 1, 1, 8", "8, 1, 3, 2", "8, 1, 20, 1", "8, 4, 20, 4", "2, 4, 9, 2"})
    void localCoresAreDealtOutToTheTasksThatRunAtOnce(int cores, int cpus, int tasks, int threads) {
        assertThat(new Placement(false, cpus, OptionalInt.of(cores)).threads(tasks))
                .isEqualTo(threads);
    }

    @Test
    void aClusterTaskHasTheCpusThatSparkCountsForIt() {
        SparkConf conf = conf(STANDALONE).set("spark.task.cpus", "4");
        assertThat(Placement.of(conf, DeviceChoice.AUTO).threads(9)).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"AUTO, true", "GPU, true", "CPU, false"})
    void aTaskHoldsAGpuWhereExecutorsHaveSomeAndTheUserDoesNotForbidIt(DeviceChoice choice, boolean gpu) {
        assertThat(Placement.of(conf(STANDALONE).set(EXECUTOR_GPUS, "2"), choice)
                        .gpu())
                .isEqualTo(gpu);
    }

    @Test
    void aClusterWithoutGpusRunsOnTheCpu() {
        assertThat(Placement.of(conf("yarn"), DeviceChoice.AUTO).gpu()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                EXECUTOR_GPUS,
                "spark.task.resource.gpu.amount",
                "spark.driver.resource.gpu.amount",
                "spark.executor.resource.gpu.discoveryScript"
            })
    void refusesEveryGpuSettingInLocalMode(String key) {
        assertThatThrownBy(() -> Placement.of(conf("local[2]").set(key, "1"), DeviceChoice.CPU))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(key + "=1 with master local[2]")
                .hasMessageContaining("wait for ever")
                .hasMessageContaining("allowed is no spark.*.resource.gpu.* setting");
    }

    @Test
    void tellsEveryProblemAtOnce() {
        SparkConf conf = conf("local").set(EXECUTOR_GPUS, "1").set("spark.task.resource.gpu.amount", "1");
        assertThatThrownBy(() -> Placement.of(conf, DeviceChoice.GPU)).hasMessageContaining("3 problems");
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[*]", STANDALONE, "yarn"})
    void refusesGpuWhereSparkHasNone(String master) {
        assertThatThrownBy(() -> Placement.of(conf(master), DeviceChoice.GPU))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("device = gpu with master " + master)
                .hasMessageContaining("allowed is");
    }

    @ParameterizedTest
    @EnumSource
    void refusesAGpuForEveryTask(DeviceChoice choice) {
        SparkConf conf = conf(STANDALONE).set(EXECUTOR_GPUS, "1").set("spark.task.resource.gpu.amount", "0.5");
        assertThatThrownBy(() -> Placement.of(conf, choice))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("spark.task.resource.gpu.amount=0.5")
                .hasMessageContaining("allowed is not to set it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "0.5", "many"})
    void refusesAnAmountThatIsNoNumberOfGpus(String amount) {
        assertThatThrownBy(() -> Placement.of(conf(STANDALONE).set(EXECUTOR_GPUS, amount), DeviceChoice.AUTO))
                .hasMessageContaining(EXECUTOR_GPUS + "=" + amount + "; allowed is a whole number, 1 or more");
    }

    @Test
    void refusesExecutorsThatCouldNotFindTheirGpus() {
        SparkConf conf = conf("k8s://https://api:6443").set(EXECUTOR_GPUS, "1");
        assertThatThrownBy(() -> Placement.of(conf, DeviceChoice.AUTO))
                .hasMessageContaining("spark.executor.resource.gpu.discoveryScript is not set")
                .hasMessageContaining("spark.executor.resource.gpu.vendor is not set");
        conf.set("spark.executor.resource.gpu.discoveryScript", "/opt/graft/gpu-discovery.sh")
                .set("spark.executor.resource.gpu.vendor", "nvidia.com");
        assertThat(Placement.of(conf, DeviceChoice.GPU).gpu()).isTrue();
    }

    private static SparkConf conf(String master) {
        return new SparkConf(false).setMaster(master);
    }
}
