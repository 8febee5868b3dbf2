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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @Test
    void tensorsOfOtherTypesAreNoHindranceUntilTheirValuesAreAskedFor() throws IOException {
        write("""
                {"ids": {"dtype": "I64", "shape": [1, 1], "data_offsets": [0, 8]},
                 "mask": {"dtype": "BOOL", "shape": [2], "data_offsets": [8, 10]},
                 "odd": {"dtype": "F4_OF_TOMORROW", "shape": [7], "data_offsets": [10, 12]},
                 "half": {"dtype": "F16", "shape": [1], "data_offsets": [12, 14]}}""", 1, 0, 0, 0, 257, 7, 0x3e00);
        Weights weights = Safetensors.read(file);
        assertThat(weights.tensor("half").values()).containsExactly(1.5f);
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> weights.tensor("ids").values())
                .withMessageContaining("ids is I64; allowed are F32, BF16 and F16");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"a": {"dtype": "F16", "shape": [1], "data_offsets": [0, 2]}, "a": {"dtype": "F16", "shape": [1], "data_offsets": [2, 4]}} | Duplicate field 'a'
                    {"a": {"dtype": "F16", "shape": [2], "data_offsets": [0, 4]}, "b": {"dtype": "F16", "shape": [1], "data_offsets": [2, 4]}} | b lies at [2,4], but the tensors before it end at 4
                    {"a": {"dtype": "F16", "shape": [1], "data_offsets": [2, 4]}} | a lies at [2,4], but the tensors before it end at 0
                    {"a": {"dtype": "F16", "shape": [1], "data_offsets": [0, 2]}} | the tensors end at 2, but the file holds 4
                    {"a": {"dtype": "F16", "shape": [2.0], "data_offsets": [0, 4]}} | a: shape is [2.0]; allowed is a list of whole numbers
                    {"a": {"dtype": "F16", "shape": [2], "data_offsets": [0, 4.0]}} | data_offsets is [0,4.0]
                    {"a": {"dtype": "F16", "shape": [-2], "data_offsets": [0, 4]}} | shape is [-2]
                    {"a": {"dtype": "F16", "shape": 2, "data_offsets": [0, 4]}} | shape is 2
                    {"a": {"dtype": "F16", "data_offsets": [0, 4]}} | shape is missing
                    {"a": {"dtype": "F16", "shape": [2], "data_offsets": [4, 0]}} | data_offsets is [4,0]
                    {"a": {"dtype": "F16", "shape": [2], "data_offsets": [0, 4, 8]}} | data_offsets is [0,4,8]
                    {"a": {"dtype": "F16", "shape": [2], "data_offsets": [0, 99999999999999999999]}} | data_offsets is [0,99999999999999999999]
                    {"a": {"dtype": "F16", "shape": [2], "data_offsets": [9223372036854775803, 9223372036854775807]}} | but the file holds 4 bytes
                    {"a": {"dtype": "F16", "shape": [4294967296, 4294967296], "data_offsets": [0, 4]}} | more than any file holds
                    [1] | the header is no JSON object
                    {} {} | the header is not JSON
                    {"a": | the header is not JSON
                    """)
    void aHeaderThatIsNoneIsRefused(String header, String message) throws IOException {
        write(header, 0x3e00, 0x3e00);
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> Safetensors.read(file))
                .withMessageContainingAll("model.safetensors", message);
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
