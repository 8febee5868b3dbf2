// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import dev.graft.config.Settings;
import dev.graft.model.Adaptation;
import dev.graft.model.Modules;

/** The head on a frozen model. */
public record HeadOnly() implements Method {
    static HeadOnly read(Settings method) {
        return new HeadOnly();
    }

    @Override
    public Adaptation in(Site site) {
        return Adaptation.NONE;
    }

    @Override
    public boolean trains(String parameter) {
        return Modules.isHead(parameter);
    }
}
