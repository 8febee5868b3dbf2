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
 * What the engine can compute and its interface for Java can't ask for: a script, as torch stores it. May be shared by threads.
 */
final class Script {
    private static final String CLASS = """
            class Script(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
            """;

    /** {@code Script.__new__()} with the state {@code {"training": False}}. */
    private static final String OBJECT = "\u0080\u0002c__torch__\nScript\n)\u0081}X\b\0\0\0training\u0089sb.";

    private static final String EMPTY_TUPLE = "\u0080\u0002).";

    private final PtSymbolBlock block;

    /**
     * @param methods of a class named Script
     * @param manager what is loaded lives as long as it does
     */
    Script(String methods, NDManager manager) {
        try {
            byte[] archive = archive(CLASS + methods.indent(2));
            block = JniUtils.loadModule((PtNDManager) manager, new ByteArrayInputStream(archive), false, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] archive(String code) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            entry(zip, "data.pkl", OBJECT);
            entry(zip, "code/__torch__.py", code);
            entry(zip, "constants.pkl", EMPTY_TUPLE);
            entry(zip, "version", "10\n");
        }
        return bytes.toByteArray();
    }

    private static void entry(ZipOutputStream zip, String name, String content) throws IOException {
        zip.putNextEntry(new ZipEntry("script/" + name));
        zip.write(content.getBytes(StandardCharsets.ISO_8859_1));
        zip.closeEntry();
    }

    /** Of the method {@code forward}. Gradients flow through it; what it gives belongs to the manager of the first array. */
    NDArray forward(NDArray... arrays) {
        // The interpreter alone: what it would compile for the shapes of the first calls, it computes as slowly and in
        // another order.
        JniUtils.setGraphExecutorOptimize(false);
        // As if in training: what the engine computes otherwise has no gradient, and can't be changed in place.
        return IValueUtils.forward(block, new NDList(arrays), true).singletonOrThrow();
    }

    /** Of another method, without a gradient. */
    NDArray run(String method, NDArray array) {
        try (IValue value = IValue.from((PtNDArray) array);
                IValue result = IValueUtils.runMethod(block, method, value)) {
            return result.toTensor((PtNDManager) array.getManager());
        }
    }
}
