// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Operations that the engine has as one, or in an order of its own, and its interface for Java has as several. Gradients flow through them. */
public final class Fused {
    // Scripts hold no array and never change: all models of the process share them, as they share the engine.
    private static final NDManager MANAGER = NDManager.newBaseManager(Device.cpu(), "PyTorch");

    private static final Script SILU = of("x: Tensor", "return torch.silu(x)");
    private static final Script GELU_TANH = of("x: Tensor", "return torch.gelu(x, approximate=\"tanh\")");
    // The transposed copy of b is what the gradients are computed by: of b as it lies they take three to six times as
    // long.
    private static final Script WIDENED = of("y: Tensor, narrow: Tensor, b: Tensor, scale: Tensor", """
            return torch.addmm_(y, torch.mul(narrow, scale), torch.contiguous(torch.t(b)))""");
    private static final Script RMS_NORM = of("x: Tensor, weight: Tensor, eps: Tensor", """
            length = torch.norm(x, 2, [-1], True)
            square = torch.div(torch.mul(length, length), torch.size(x, -1))
            return torch.mul(torch.mul(x, torch.rsqrt(torch.add(square, eps))), weight)""");
    private static final Script TURNED = of("x: Tensor, cosines: Tensor, sines: Tensor", """
            counterparts = torch.roll(x, [torch.floordiv(torch.size(x, -1), 2)], [-1])
            return torch.addcmul(torch.mul(x, cosines), counterparts, sines)""");
    private static final Script ATTENTION = of(
            "q: Tensor, k: Tensor, v: Tensor",
            "return torch.scaled_dot_product_attention(q, k, v, None, 0., False, scale=1.)");
    private static final Script BIASED_ATTENTION = of(
            "q: Tensor, k: Tensor, v: Tensor, bias: Tensor",
            "return torch.scaled_dot_product_attention(q, k, v, bias, 0., False, scale=1.)");
    // Heads that share keys and values read them where they lie.
    private static final Script CAUSAL_ATTENTION = of("q: Tensor, k: Tensor, v: Tensor", """
            batch, groups, tokens, width = torch.size(k)
            share = torch.floordiv(torch.size(q, 1), groups)
            own = [torch.mul(batch, groups), share, tokens, width]
            one = [torch.mul(batch, groups), 1, tokens, width]
            mixed = torch.scaled_dot_product_attention(torch.reshape(q, own), torch.expand(torch.reshape(k, one), own),
                torch.expand(torch.reshape(v, one), own), None, 0., True, scale=1.)
            split = torch.reshape(mixed, [batch, groups, share, tokens, width])
            return torch.permute(split, [0, 3, 1, 2, 4])""");

    private Fused() {}

    private static Script of(String arguments, String body) {
        return new Script(
                "def forward(self: __torch__.Script, " + arguments + ") -> Tensor:\n" + body.indent(2), MANAGER);
    }

    /** {@code x sigmoid(x)}, of any shape. */
    public static NDArray silu(NDArray x) {
        return SILU.forward(x);
    }

    /** {@code x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))}, of any shape. */
    public static NDArray geluTanh(NDArray x) {
        return GELU_TANH.forward(x);
    }

    /**
     * {@code weight x / sqrt(mean(x^2) + eps)}, by the last axis.
     *
     * @param x (..., width)
     * @param weight (width)
     * @param eps of no dimensions
     */
    public static NDArray rmsNorm(NDArray x, NDArray weight, NDArray eps) {
        return RMS_NORM.forward(x, weight, eps);
    }

    /**
     * {@code x cosines + y sines}, where y is x with the halves of its last axis exchanged.
     *
     * @param x (B, N, T, D)
     * @param cosines (B or 1, 1, T, D), as sines
     */
    public static NDArray turned(NDArray x, NDArray cosines, NDArray sines) {
        return TURNED.forward(x, cosines, sines);
    }

    /**
     * {@code y + scale narrow B^T}, in the memory of y.
     *
     * @param y (rows, out), a result that nothing else needs, which is changed
     * @param narrow (rows, r)
     * @param b (out, r)
     * @param scale of no dimensions
     * @return (rows, out)
     */
    public static NDArray widened(NDArray y, NDArray narrow, NDArray b, NDArray scale) {
        return WIDENED.forward(y, narrow, b, scale);
    }

    /**
     * {@code softmax(q k^T) v}, whose weights are never kept as a whole (Dao et al. 2022).
     *
     * @param q (B, N, T, D), scaled
     * @param k (B, N, S, D)
     * @param v (B, N, S, D)
     * @return (B, N, T, D)
     */
    public static NDArray attention(NDArray q, NDArray k, NDArray v) {
        return ATTENTION.forward(q, k, v);
    }

    /**
     * {@code softmax(q k^T + bias) v}, as {@link #attention(NDArray, NDArray, NDArray)}.
     *
     * @param bias (B or 1, N or 1, T, S)
     */
    public static NDArray attention(NDArray q, NDArray k, NDArray v, NDArray bias) {
        return BIASED_ATTENTION.forward(q, k, v, bias);
    }

    /**
     * As {@link #attention(NDArray, NDArray, NDArray)}, where a token sees itself and those before it.
     *
     * @param q (B, N, T, D), scaled
     * @param k (B, G, T, D), of which N / G heads share each
     * @param v (B, G, T, D)
     * @return (B, T, G, N / G, D)
     */
    public static NDArray causalAttention(NDArray q, NDArray k, NDArray v) {
        return CAUSAL_ATTENTION.forward(q, k, v);
    }
}
