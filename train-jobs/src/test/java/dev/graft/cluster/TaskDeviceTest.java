// SPDX-License-Identifier: Apache-2.0
package dev.graft.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spark's address of a GPU and CUDA's number of it differ as soon as CUDA_VISIBLE_DEVICES is set. */
class TaskDeviceTest {
    @ParameterizedTest(name = "address {0} with CUDA_VISIBLE_DEVICES {1} is device {2}")
    @CsvSource(
            nullValues = "unset",
            value = {
                "0,             unset,             0",
                "3,             unset,             3",
                "2,             '2,3',             0",
                "3,             '2, 3',            1",
                "0,             '1,0',             1",
                "0,             'GPU-aa,GPU-bb',   0",
                "1,             'GPU-aa,GPU-bb',   1",
                "GPU-bb,        'GPU-aa,GPU-bb',   1",
            })
    void anAddressIsCountedAsCudaCounts(String address, String visible, int index) {
        assertThat(TaskDevice.gpu(address, visible, 2))
                .isEqualTo(new TaskDevice(TaskDevice.Kind.GPU, index, address, 2));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "unset",
            value = {"GPU-aa, unset", "GPU-cc, 'GPU-aa,GPU-bb'", "5, '2,3'", "0, ''", "-1, unset", "0x1, unset"})
    void refusesAnAddressThatIsNotVisible(String address, String visible) {
        assertThatThrownBy(() -> TaskDevice.gpu(address, visible, 1))
                .isInstanceOf(StageException.class)
                .hasMessageContaining("GPU " + address)
                .hasMessageContaining("CUDA_VISIBLE_DEVICES")
                .hasMessageContaining("allowed is");
    }

    @Test
    void refusesATaskWithoutThreads() {
        assertThatThrownBy(() -> TaskDevice.cpu(0)).hasMessageContaining("threads is 0");
    }
}
