// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import dev.graft.config.Settings;
import java.io.Serializable;
import java.util.List;

/**
 * Low-rank adaptation in the configuration, under the names that PEFT's {@code adapter_config.json} has.
 *
 * @param r rank, at least 1; default 8
 * @param loraAlpha the change is scaled by {@code loraAlpha / r}; more than 0, default 16
 * @param loraDropout dropout of the adapter's input, from 0 to under 1; default 0.1
 * @param targetModules last parts of the names of the linear maps that are adapted, sorted; default query and value
 */
public record LoraSettings(int r, double loraAlpha, double loraDropout, List<String> targetModules)
        implements Serializable {
    public LoraSettings {
        if (r < 1) {
            throw new IllegalArgumentException("r is " + r + "; allowed is 1 or more");
        }
        if (!(loraAlpha > 0 && loraAlpha < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("lora-alpha is " + loraAlpha + "; allowed is more than 0");
        }
        if (!(loraDropout >= 0 && loraDropout < 1)) {
            throw new IllegalArgumentException("lora-dropout is " + loraDropout + "; allowed is from 0 to under 1");
        }
        if (targetModules.isEmpty() || targetModules.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException(
                    "target-modules is " + targetModules + "; allowed is one name or more, such as query");
        }
        targetModules = targetModules.stream().sorted().distinct().toList();
    }

    public static LoraSettings read(Settings lora) {
        return new LoraSettings(
                lora.integer("r", 8, 1, 4096),
                lora.number("lora-alpha", 16, 1e-6, 1e6),
                lora.number("lora-dropout", 0.1, 0, 0.99),
                lora.strings("target-modules", List.of("query", "value")));
    }

    /** The factor of the change, {@code alpha / r}. */
    public double scale() {
        return loraAlpha / r;
    }

    /** Whether a linear map is adapted: a target is its name, or the last parts of it. */
    boolean targets(String name) {
        return targetModules.stream().anyMatch(target -> matches(target, name));
    }

    static boolean matches(String target, String name) {
        return name.equals(target) || name.endsWith("." + target);
    }
}
