// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.InputStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    @Test
    void whatIsDamagedInTheCacheIsUnpackedAgain(@TempDir Path cache) throws Exception {
        String resource = "all-minilm-l6-v2-tokenizer.json";
        byte[] content;
        try (InputStream in = BaseModel.class.getResourceAsStream("/" + resource)) {
            content = in.readAllBytes();
        }
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        Path file = BaseModel.unpacked(cache, resource, sha256);
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
        FileTime first = FileTime.fromMillis(0);
        Files.setLastModifiedTime(file, first);
        assertThat(BaseModel.unpacked(cache, resource, sha256)).isEqualTo(file);
        assertThat(Files.getLastModifiedTime(file))
                .as("a whole file is left alone")
                .isEqualTo(first);

        byte[] damaged = content.clone();
        damaged[damaged.length / 2] ^= 1;
        for (byte[] bytes : List.of(damaged, Arrays.copyOf(content, 100), new byte[0])) {
            Files.write(file, bytes);
            assertThat(Files.readAllBytes(BaseModel.unpacked(cache, resource, sha256)))
                    .isEqualTo(content);
        }
        String other = "0".repeat(64);
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> BaseModel.unpacked(cache, resource, other))
                .withMessageContainingAll(sha256, other);
    }

    private static long bytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()
                + ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                        .mapToLong(BufferPoolMXBean::getMemoryUsed)
                        .sum();
    }
}
