// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Products of a matrix of 8-bit integers with values that are rounded to such integers row by row, as oneDNN has them for the CPU. The
 * engine's interface for Java has no such operation, but it runs scripts: this is one, as torch stores it. May be shared by threads.
 */
public final class IntegerProducts {
    // 12 and 13 are torch's numbers of its signed and unsigned bytes with a scale, and 6 that of its 32-bit floats.
    private static final String CODE = """
            class IntegerProducts(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              def forward(self: __torch__.IntegerProducts, x: Tensor, matrix: Tensor, steps: Tensor, zeros: Tensor, bias: Tensor) -> Tensor:
                step = torch.div(torch.clamp_min(torch.amax(torch.abs(x), [-1], True), 1.0000000000000001e-30), 127.)
                codes = torch.int_repr(torch.quantize_per_tensor(torch.div(x, step), 1., 128, 13))
                _0 = annotate(List[Optional[number]], [])
                y = ops.onednn.qlinear_pointwise(codes, 1., 128, matrix, steps, zeros, None, 1., 0, 6, "none", _0, "")
                return torch.add_(torch.mul_(y, step), bias)
              def pack(self: __torch__.IntegerProducts, codes: Tensor) -> Tensor:
                return ops.onednn.qlinear_prepack(codes, None)
            """;

    /** {@code IntegerProducts.__new__()} with the state {@code {"training": False}}. */
    private static final String OBJECT = "\u0080\u0002c__torch__\nIntegerProducts\n)\u0081}X\b\0\0\0training\u0089sb.";

    private static final String EMPTY_TUPLE = "\u0080\u0002).";

    private final PtSymbolBlock script;

    /**
     * @param manager of the CPU; what is loaded lives as long as it does
     */
    public IntegerProducts(NDManager manager) {
        try {
            script = JniUtils.loadModule((PtNDManager) manager, new ByteArrayInputStream(archive()), false, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] archive() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            entry(zip, "data.pkl", OBJECT);
            entry(zip, "code/__torch__.py", CODE);
            entry(zip, "constants.pkl", EMPTY_TUPLE);
            entry(zip, "version", "3\n");
        }
        return bytes.toByteArray();
    }

    private static void entry(ZipOutputStream zip, String name, String content) throws IOException {
        zip.putNextEntry(new ZipEntry("products/" + name));
        zip.write(content.getBytes(StandardCharsets.ISO_8859_1));
        zip.closeEntry();
    }

    /**
     * A matrix as the products want it.
     *
     * @param codes (out, in) in signed bytes
     */
    public NDArray pack(NDArray codes) {
        try (IValue value = IValue.from((PtNDArray) codes);
                IValue packed = IValueUtils.runMethod(script, "pack", value)) {
            return packed.toTensor((PtNDManager) codes.getManager());
        }
    }

    /**
     * {@code x W^T + b}, where each row of x is rounded to 127 steps of its largest magnitude either way. A row's product depends on
     * no other row.
     *
     * @param x (..., in)
     * @param packed of {@link #pack}
     * @param steps (out), by which the codes of a row of the matrix are multiplied
     * @param zeros (out) of 64-bit zeros
     * @param bias (out)
     * @return (..., out)
     */
    public NDArray product(NDArray x, NDArray packed, NDArray steps, NDArray zeros, NDArray bias) {
        // As if in training: what the engine computes otherwise could not be changed in place.
        return IValueUtils.forward(script, new NDList(x, packed, steps, zeros, bias), true)
                .singletonOrThrow();
    }
}
