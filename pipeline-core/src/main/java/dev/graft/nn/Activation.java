// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;

/** What is not linear between two maps. */
public enum Activation {
    /** x times the normal distribution up to x, exactly, by erf (Hendrycks & Gimpel 2016, section 2). */
    GELU {
        @Override
        public NDArray apply(NDArray x) {
            return ai.djl.nn.Activation.gelu(x);
        }
    },
    /** Its approximation by tanh, here as 1 + tanh(u) = 2 sigmoid(2 u). */
    GELU_TANH {
        @Override
        public NDArray apply(NDArray x) {
            double slope = 2 * Math.sqrt(2 / Math.PI);
            NDArray cube =
                    Factor.of(slope * 0.044715, x.getManager()).times(x.mul(x).mul(x));
            NDArray u = Factor.of(slope, x.getManager()).times(x).add(cube);
            return ai.djl.nn.Activation.sigmoid(u).mul(x);
        }
    },
    /** x sigmoid(x), also called swish. */
    SILU {
        @Override
        public NDArray apply(NDArray x) {
            return ai.djl.nn.Activation.sigmoid(x).mul(x);
        }
    },
    RELU {
        @Override
        public NDArray apply(NDArray x) {
            return ai.djl.nn.Activation.relu(x);
        }
    },
    TANH {
        @Override
        public NDArray apply(NDArray x) {
            return x.tanh();
        }
    };

    /** (...) to (...). */
    public abstract NDArray apply(NDArray x);
}
