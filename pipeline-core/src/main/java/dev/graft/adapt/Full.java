// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import dev.graft.config.Settings;
import dev.graft.model.Adaptation;

/** All of the model. */
public record Full() implements Method {
    static Full read(Settings method) {
        return new Full();
    }

    @Override
    public Adaptation in(Site site) {
        return Adaptation.NONE;
    }

    @Override
    public boolean trains(String parameter) {
        return true;
    }
}
