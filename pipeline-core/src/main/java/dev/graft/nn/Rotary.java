// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.graft.nn.engine.Fused;

/**
 * Rotary positions (Su et al. 2021, section 3.2): pairs of a query's or key's values are turned by an angle that grows with
 * the position. A pair is a value of the first half and its counterpart in the second, as in the checkpoints of Hugging Face.
 * D is the width of a head, R at most D the values that are turned.
 *
 * @param frequencies (R / 2) angle of a step, in radians
 * @param factor of what is turned; 1 but for YaRN
 */
public record Rotary(double[] frequencies, double factor) {
    /** Frequencies from 1 down to about {@code 1 / theta} of R values that are turned. */
    public static Rotary of(int values, double theta) {
        if (values < 2 || values % 2 != 0) {
            throw new IllegalArgumentException(
                    values + " values of a head are turned; allowed is an even number from 2");
        }
        double[] frequencies = new double[values / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = Math.pow(theta, -2.0 * i / values);
        }
        return new Rotary(frequencies, 1);
    }

    /** Positions that are {@code factor} times as dense (Chen et al. 2023). */
    public Rotary interpolated(double factor) {
        double[] scaled = new double[frequencies.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = frequencies[i] / factor;
        }
        return new Rotary(scaled, this.factor);
    }

    /**
     * Llama 3.1: long waves are interpolated, short ones stay, those between are mixed.
     *
     * @param low waves that are longer than {@code context / low} are interpolated
     * @param high waves that are shorter than {@code context / high} stay
     * @param context tokens that the model was first trained with
     */
    public Rotary llama3(double factor, double low, double high, int context) {
        double[] scaled = new double[frequencies.length];
        for (int i = 0; i < scaled.length; i++) {
            double waves = context * frequencies[i] / (2 * Math.PI);
            double kept = Math.min(1, Math.max(0, (waves - low) / (high - low)));
            scaled[i] = (1 - kept) * frequencies[i] / factor + kept * frequencies[i];
        }
        return new Rotary(scaled, this.factor);
    }

    /**
     * YaRN (Peng et al. 2023, section 3.2): by the turns that a frequency makes in the context.
     *
     * @param fast frequencies of more turns stay
     * @param slow frequencies of fewer turns are interpolated
     * @param truncated whether the bounds are rounded to whole frequencies
     * @param attention factor of what is turned
     */
    public Rotary yarn(
            double factor, double fast, double slow, int context, double theta, boolean truncated, double attention) {
        double first = index(fast, context, theta);
        double last = index(slow, context, theta);
        if (truncated) {
            first = Math.floor(first);
            last = Math.ceil(last);
        }
        first = Math.max(first, 0);
        last = Math.min(last, 2.0 * frequencies.length - 1);
        double span = last == first ? 0.001 : last - first;
        double[] scaled = new double[frequencies.length];
        for (int i = 0; i < scaled.length; i++) {
            double interpolated = Math.min(1, Math.max(0, (i - first) / span));
            scaled[i] = frequencies[i] / factor * interpolated + frequencies[i] * (1 - interpolated);
        }
        return new Rotary(scaled, attention);
    }

    /** The index, not whole, of the frequency that makes so many turns. */
    private double index(double turns, int context, double theta) {
        return 2 * frequencies.length * Math.log(context / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
    }

    /**
     * @param cosines (B, 1, T, R) or (1, 1, T, R)
     * @param sines as {@code cosines}, those of the first half negative
     */
    record Rotation(NDArray cosines, NDArray sines) {
        /** (B, N, T, D) to (B, N, T, D). */
        NDArray turn(NDArray x) {
            long turned = cosines.getShape().get(3);
            long width = x.getShape().get(3);
            if (turned == width) {
                return turned(x);
            }
            NDList parts = x.split(new long[] {turned}, 3); // (B, N, T, R) and (B, N, T, D - R)
            return turned(parts.get(0)).concat(parts.get(1), 3);
        }

        private NDArray turned(NDArray x) {
            return Fused.turned(x, cosines, sines);
        }
    }

    Rotation rotation(TokenLayout tokens, NDManager owner) {
        int half = frequencies.length;
        float[] cosines = new float[tokens.positions().length * 2 * half];
        float[] sines = new float[cosines.length];
        for (int token = 0; token < tokens.positions().length; token++) {
            for (int i = 0; i < half; i++) {
                double angle = tokens.positions()[token] * (double) (float) frequencies[i];
                int at = token * 2 * half + i;
                cosines[at] = cosines[at + half] = (float) (Math.cos(angle) * factor);
                sines[at + half] = (float) (Math.sin(angle) * factor);
                sines[at] = -sines[at + half];
            }
        }
        Shape shape = new Shape(tokens.rows(), 1, tokens.tokens(), 2L * half);
        return new Rotation(owner.create(cosines, shape), owner.create(sines, shape));
    }
}
