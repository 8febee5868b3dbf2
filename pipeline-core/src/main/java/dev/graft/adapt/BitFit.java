// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import dev.graft.config.Settings;
import dev.graft.model.Adaptation;

/** The biases of the model itself, and nothing else (Ben Zaken et al. 2022). */
public record BitFit() implements Method {
    static BitFit read(Settings method) {
        return new BitFit();
    }

    @Override
    public Adaptation in(Site site) {
        return Adaptation.NONE;
    }

    @Override
    public boolean trains(String parameter) {
        return parameter.endsWith("bias");
    }
}
