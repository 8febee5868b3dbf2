// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What a base model takes. */
class BaseModelTest {
    @Test
    void weightsStayOutOfMemory() {
        BaseModel.load(BaseModel.MINILM); // what is set up once is not measured
        long before = bytes();
        BaseModel model = BaseModel.load(BaseModel.MINILM);
        float sum = 0;
        for (Tensor tensor : model.weights().tensors()) {
            sum += tensor.values()[0];
        }
        assertThat(sum).isFinite();
        assertThat(bytes() - before).as("bytes that stay, of 90 MB").isLessThan(10L << 20);
        assertThat(model.weights().names()).hasSizeGreaterThan(100);
    }

    @Test
    void theHashIsThatOfTheFile() throws Exception {
        try (InputStream in = BaseModel.class.getResourceAsStream("/all-minilm-l6-v2.onnx")) {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(in.readAllBytes());
            assertThat(BaseModel.load(BaseModel.MINILM).sha256())
                    .isEqualTo(HexFormat.of().formatHex(hash));
        }
    }

    private static long bytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()
                + ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                        .mapToLong(BufferPoolMXBean::getMemoryUsed)
                        .sum();
    }
}
