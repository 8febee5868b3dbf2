// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import ai.djl.ndarray.NDArray;
import dev.graft.config.Settings;
import dev.graft.model.Adaptation;
import dev.graft.nn.Dense;
import dev.graft.nn.Linear;
import java.util.List;
import java.util.Optional;

/**
 * (IA)3 (Liu et al. 2022, section 3.3): keys, values and the inner activations of feed-forward blocks are scaled by learnt vectors.
 *
 * @param targetModules the linear maps that are adapted; default those to keys and values, and the last ones of feed-forward blocks
 * @param feedforwardModules those of them whose input is scaled and not their output
 * @param modulesToSave modules that are trained as a whole, by the last parts of their names
 */
public record Ia3(Targets targetModules, Targets feedforwardModules, List<String> modulesToSave) implements Method {
    private static final String FEED_FORWARD =
            ".*\\.(down_proj|(?<!attention\\.)output\\.dense|ffn\\.lin2|mlp\\.c_proj|mlp\\.Wo)";

    /** What stands where the configuration says nothing; it fits each family. */
    public static final Ia3 DEFAULT = new Ia3(
            new Targets.Matching(".*\\.(k_proj|v_proj|key|value|k_lin|v_lin|c_attn|qkv_proj|Wqkv)|" + FEED_FORWARD),
            new Targets.Matching(FEED_FORWARD),
            List.of());

    static Ia3 read(Settings method) {
        return new Ia3(
                Targets.read(method, "target-modules", DEFAULT.targetModules),
                Targets.read(method, "feedforward-modules", DEFAULT.feedforwardModules),
                method.strings("modules-to-save", List.of()));
    }

    @Override
    public Optional<Targets> targets() {
        return Optional.of(targetModules);
    }

    @Override
    public Adaptation in(Site site) {
        return new Adaptation() {
            @Override
            public Linear linear(String name, Dense base) {
                boolean inner = feedforwardModules.match(name);
                String parameter = name + ".ia3_l";
                NDArray factors = inner
                        ? site.parameters().ones(parameter, 1, base.in())
                        : site.parameters().ones(parameter, base.out(), 1);
                return new ScaledLinear(base, factors, inner, site.adapter());
            }
        };
    }
}
