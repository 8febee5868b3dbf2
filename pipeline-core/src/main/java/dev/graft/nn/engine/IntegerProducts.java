// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * Products of a matrix of 8-bit integers with values that are rounded to such integers row by row, as oneDNN has them for the CPU. The
 * engine's interface for Java has no such operation. May be shared by threads.
 */
public final class IntegerProducts {
    // 12 and 13 are torch's numbers of its signed and unsigned bytes with a scale, and 6 that of its 32-bit floats.
    private static final String METHODS = """
            def forward(self: __torch__.Script, x: Tensor, matrix: Tensor, steps: Tensor, zeros: Tensor, bias: Tensor) -> Tensor:
              step = torch.div(torch.clamp_min(torch.amax(torch.abs(x), [-1], True), 1.0000000000000001e-30), 127.)
              codes = torch.int_repr(torch.quantize_per_tensor(torch.div(x, step), 1., 128, 13))
              _0 = annotate(List[Optional[number]], [])
              y = ops.onednn.qlinear_pointwise(codes, 1., 128, matrix, steps, zeros, None, 1., 0, 6, "none", _0, "")
              return torch.add_(torch.mul_(y, step), bias)
            def pack(self: __torch__.Script, codes: Tensor) -> Tensor:
              return ops.onednn.qlinear_prepack(codes, None)
            """;

    private final Script script;

    /**
     * @param manager of the CPU; what is loaded lives as long as it does
     */
    public IntegerProducts(NDManager manager) {
        script = new Script(METHODS, manager);
    }

    /**
     * A matrix as the products want it.
     *
     * @param codes (out, in) in signed bytes
     */
    public NDArray pack(NDArray codes) {
        return script.run("pack", codes);
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
        return script.forward(x, packed, steps, zeros, bias);
    }
}
