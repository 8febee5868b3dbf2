// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written and read again, and files that are not what they say. */
class SafetensorsTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("model.safetensors");
    }

    @Test
    void whatIsWrittenIsReadBitForBit() {
        Tensor matrix = Tensor.of("matrix", new long[] {2, 3}, 1, -0f, Float.NaN, Float.MIN_VALUE, 5, 6);
        Safetensors.write(file, new Weights(List.of(matrix)), Map.of());
        Tensor read = Safetensors.read(file).tensor("matrix");
        assertThat(read.shape()).containsExactly(2, 3);
        assertThat(read.values()).isEqualTo(matrix.values());
        assertThat(read.transposed("turned").values()).containsExactly(1, Float.MIN_VALUE, -0f, 5, Float.NaN, 6);
    }

    @Test
    void valuesAreReadWhenTheyAreAskedFor() {
        Safetensors.write(file, new Weights(List.of(Tensor.of("bias", new long[] {1}, 1))), Map.of());
        Tensor bias = Safetensors.read(file).tensor("bias");
        Safetensors.write(file, new Weights(List.of(Tensor.of("bias", new long[] {1}, 2))), Map.of());
        assertThat(bias.values()).containsExactly(2);
    }

    @Test
    void halvesAreWidened() throws IOException {
        write("""
                {"brain": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]},
                 "half": {"dtype": "F16", "shape": [2], "data_offsets": [4, 8]}}""", 0x3fc0, 0xc000, 0x3e00, 0x0001);
        Weights weights = Safetensors.read(file);
        assertThat(weights.tensor("brain").values()).containsExactly(1.5f, -2);
        assertThat(weights.tensor("half").values()).containsExactly(1.5f, 0x1p-24f);
    }

    @Test
    void aShapeThatDoesNotFitItsBytesIsRefused() throws IOException {
        write("""
                {"matrix": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 8]}}""", 0, 0, 0, 0);
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> Safetensors.read(file))
                .withMessageContaining("matrix takes 24 bytes as F32 [2, 3], but the file has 8");
    }

    @Test
    void aTensorBeyondTheFileIsRefused() throws IOException {
        write("""
                {"bias": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}""", 0, 0);
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> Safetensors.read(file))
                .withMessageContaining("bias lies at [0,16], but the file holds 4 bytes of data");
    }

    @Test
    void aFileThatWasCutOffSinceIsRefused() throws IOException {
        Safetensors.write(file, new Weights(List.of(Tensor.of("bias", new long[] {2}, 1, 2))), Map.of());
        Tensor bias = Safetensors.read(file).tensor("bias");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 1));
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(bias::values)
                .withMessageContaining("ends after");
    }

    private void write(String header, int... halves) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes =
                ByteBuffer.allocate(8 + json.length + 2 * halves.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(json.length).put(json);
        for (int half : halves) {
            bytes.putShort((short) half);
        }
        Files.write(file, bytes.array());
    }
}
