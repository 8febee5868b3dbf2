// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.random.Seeds;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Matrices in few bits, against what bitsandbytes makes of them (nf4_golden.py). */
class QuantizedMatrixTest {
    @Test
    void nf4IsBitsandbytes() throws IOException {
        JsonNode golden = new ObjectMapper()
                .readTree(Path.of("src/test/resources/quantization/nf4.json").toFile());
        for (int code = 0; code < 16; code++) {
            assertThat(QuantizedMatrix.nearest(
                            (float) golden.get("book").get(code).asDouble()))
                    .isEqualTo(code);
        }
        for (JsonNode each : golden.get("cases")) {
            Shape shape = new Shape(
                    each.get("shape").get(0).asLong(), each.get("shape").get(1).asLong());
            try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
                QuantizedMatrix matrix = QuantizedMatrix.of(
                        Quantization.NF4, FloatBuffer.wrap(floats(each.get("values"))), shape, manager);
                byte[] codes = matrix.codes().toByteArray();
                for (int i = 0; i < codes.length; i++) {
                    assertThat(Byte.toUnsignedInt(codes[i]))
                            .isEqualTo(each.get("codes").get(i).asInt());
                }
                assertThat(matrix.scales().values()).isEqualTo(floats(each.get("scales")));
                assertThat(matrix.widened().toFloatArray()).containsExactly(floats(each.get("widened")), within(1e-7f));
            }
        }
    }

    @Test
    void scalesAreRoundedAsBitsandbytesDoes() throws IOException {
        JsonNode golden = new ObjectMapper()
                .readTree(Path.of("src/test/resources/quantization/nf4.json").toFile());
        JsonNode expected = golden.get("double");
        float[] values = new float[300 * 64];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i * 7919L % 2003 - 1001) / 1024f * (1 + i / 64 * 37 % 101) / 64f;
        }
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            QuantizedMatrix matrix =
                    QuantizedMatrix.of(Quantization.NF4_DOUBLE, FloatBuffer.wrap(values), new Shape(300, 64), manager);
            BlockScales.Rounded scales = (BlockScales.Rounded) matrix.scales();
            assertThat(scales.map().toFloatArray()).containsExactly(floats(expected.get("map")), within(1e-7f));
            assertThat(scales.largest().toFloatArray()).containsExactly(floats(expected.get("largest")), within(1e-6f));
            assertThat(scales.mean().getFloat())
                    .isCloseTo((float) expected.get("mean").asDouble(), within(1e-6f));
            byte[] codes = scales.codes().toByteArray();
            for (int i = 0; i < 300; i++) {
                assertThat(Byte.toUnsignedInt(codes[i]))
                        .as("block %d", i)
                        .isEqualTo(expected.get("scales").get(i).asInt());
            }
            float[] widened = matrix.widened().toFloatArray();
            for (int i = 0; i < widened.length; i += 97) {
                assertThat(widened[i])
                        .isCloseTo((float) expected.get("widened").get(i / 97).asDouble(), within(1e-5f));
            }
        }
    }

    private static float[] floats(JsonNode numbers) {
        float[] values = new float[numbers.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) numbers.get(i).asDouble();
        }
        return values;
    }

    /** With a last block that is cut, and a block of zeros. */
    @Test
    void int8IsWithinHalfAStep() {
        RandomGenerator random = Seeds.random(3);
        float[] values = new float[7 * 31];
        for (int i = 64; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            QuantizedMatrix matrix =
                    QuantizedMatrix.of(Quantization.INT8, FloatBuffer.wrap(values), new Shape(7, 31), manager);
            NDArray widened = matrix.widened();
            assertThat(widened.getShape()).isEqualTo(new Shape(7, 31));
            float[] scales = matrix.scales().values();
            float[] given = widened.toFloatArray();
            for (int i = 0; i < values.length; i++) {
                float step = scales[i / QuantizedMatrix.BLOCK];
                assertThat(given[i]).isCloseTo(values[i], within(step / 2 + 1e-6f));
                if (Math.abs(values[i]) > 126.9f * step) {
                    assertThat(given[i]).isCloseTo(values[i], within(1e-6f));
                }
            }
            assertThat(scales).hasSize(4);
            assertThat(scales[0]).isZero();
        }
    }
}
