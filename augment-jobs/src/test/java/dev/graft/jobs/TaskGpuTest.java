// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;

class TaskGpuTest {
    private static ResourceInformation gpus(String... addresses) {
        return new ResourceInformation("gpu", addresses);
    }

    @Test
    void itIsTheOneThatSparkGaveAsCudaCounts() {
        assertThat(TaskGpu.index(gpus("1"), null)).hasValue(1);
        assertThat(TaskGpu.index(gpus("3"), "2,3")).hasValue(1);
        assertThat(TaskGpu.index(gpus("GPU-b"), "GPU-a,GPU-b")).hasValue(1);
        assertThat(TaskGpu.index(gpus("0", "1"), null)).hasValue(0);
    }

    @Test
    void aTaskWithoutOneAndCodeOutsideOfTasksHasTheCpu() {
        assertThat(TaskGpu.index(null, null)).isEmpty();
        assertThat(TaskGpu.index(gpus(), "0")).isEmpty();
        assertThat(TaskGpu.index()).isEmpty();
    }

    @Test
    void oneThatCudaDoesNotSeeIsRefused() {
        assertThatThrownBy(() -> TaskGpu.index(gpus("GPU-c"), "GPU-a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Spark gave the task GPU GPU-c")
                .hasMessageContaining("CUDA_VISIBLE_DEVICES is \"GPU-a\"");
    }
}
