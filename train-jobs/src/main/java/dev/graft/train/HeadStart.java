// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import java.io.Serializable;

/**
 * What the head begins with, in the place of random numbers: a linear classifier of the untuned model's vectors, so that the
 * first steps do not distort what the model knows (Kumar et al. 2022, LP-FT).
 *
 * @param weight (C, H), row by row
 * @param bias (C)
 */
public record HeadStart(float[] weight, float[] bias) implements Serializable {
    public HeadStart {
        if (bias.length == 0 || weight.length % bias.length > 0) {
            throw new IllegalArgumentException("weight has " + weight.length + " values and bias " + bias.length
                    + "; allowed are C x H and C of them");
        }
    }
}
