// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import dev.graft.config.Settings;
import dev.graft.model.Adaptation;
import dev.graft.nn.Dense;
import dev.graft.nn.Dropout;
import dev.graft.nn.Factor;
import dev.graft.nn.Linear;
import java.util.Optional;

/**
 * Low-rank adaptation (Hu et al. 2021), under the names that PEFT's {@code adapter_config.json} has.
 *
 * @param r rank, at least 1; default 8
 * @param loraAlpha the change is scaled by {@code loraAlpha / r}; more than 0, default 16
 * @param loraDropout dropout of the adapter's input, from 0 to under 1; default 0
 * @param targetModules the linear maps that are adapted; default all but the head
 */
public record Lora(int r, double loraAlpha, double loraDropout, Targets targetModules) implements Method {
    /** What stands where the configuration says nothing. */
    public static final Lora DEFAULT = new Lora(8, 16, 0, new Targets.AllLinear());

    public Lora {
        if (r < 1) {
            throw new IllegalArgumentException("r is " + r + "; allowed is 1 or more");
        }
        if (!(loraAlpha > 0 && loraAlpha < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("lora-alpha is " + loraAlpha + "; allowed is more than 0");
        }
        if (!(loraDropout >= 0 && loraDropout < 1)) {
            throw new IllegalArgumentException("lora-dropout is " + loraDropout + "; allowed is from 0 to under 1");
        }
    }

    static Lora read(Settings method) {
        return new Lora(
                method.integer("r", DEFAULT.r, 1, 4096),
                method.number("lora-alpha", DEFAULT.loraAlpha, 1e-6, 1e6),
                method.number("lora-dropout", DEFAULT.loraDropout, 0, 0.99),
                Targets.read(method, "target-modules", DEFAULT.targetModules));
    }

    @Override
    public Optional<Targets> targets() {
        return Optional.of(targetModules);
    }

    @Override
    public Adaptation in(Site site) {
        Factor scale = Factor.of(loraAlpha / r, site.manager());
        return new Adaptation() {
            @Override
            public Linear linear(String name, Dense base) {
                return new LoraLinear(
                        base,
                        site.parameters().kaimingUniform(name + ".lora_A.weight", r, base.in()),
                        site.parameters().zeros(name + ".lora_B.weight", base.out(), r),
                        scale,
                        new Dropout(loraDropout),
                        site.adapter());
            }
        };
    }
}
