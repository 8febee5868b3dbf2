// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import dev.graft.nn.engine.Fused;

/** What is not linear between two maps. */
public enum Activation {
    /** x times the normal distribution up to x, exactly, by erf (Hendrycks & Gimpel 2016, section 2). */
    GELU {
        @Override
        public NDArray apply(NDArray x) {
            return ai.djl.nn.Activation.gelu(x);
        }
    },
    /** Its approximation by tanh. */
    GELU_TANH {
        @Override
        public NDArray apply(NDArray x) {
            return Fused.geluTanh(x);
        }
    },
    /** x sigmoid(x), also called swish. */
    SILU {
        @Override
        public NDArray apply(NDArray x) {
            return Fused.silu(x);
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
