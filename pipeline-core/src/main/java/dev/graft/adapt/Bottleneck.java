// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import ai.djl.ndarray.NDArray;
import dev.graft.config.Settings;
import dev.graft.model.Adaptation;
import dev.graft.nn.Activation;
import dev.graft.nn.Context;
import dev.graft.nn.Dense;
import dev.graft.nn.Factor;
import dev.graft.nn.Pass;
import dev.graft.nn.Sublayer;

/**
 * Small feed-forward blocks between the sub-layers.
 *
 * @param placement where they stand
 * @param reduction how many times as wide as its inside the model is, at least 1; default 16
 * @param scale of what a parallel adapter adds; more than 0, default 4
 */
public record Bottleneck(Placement placement, int reduction, double scale) implements Method {
    private static final double DEVIATION = 0.02;

    /** Where adapters stand. */
    public enum Placement {
        /** Behind attention and behind the feed-forward block (Houlsby et al. 2019, section 2.1). */
        HOULSBY,
        /** Behind the feed-forward block alone (Pfeiffer et al. 2020, section 3). */
        PFEIFFER,
        /** Beside the feed-forward block, from the same input (He et al. 2022, section 4.6). */
        PARALLEL
    }

    public Bottleneck {
        if (reduction < 1 || !(scale > 0)) {
            throw new IllegalArgumentException(
                    "reduction is " + reduction + " and scale " + scale + "; allowed is 1 or more, and more than 0");
        }
    }

    static Bottleneck read(Settings method) {
        return new Bottleneck(
                method.choice("placement", Placement.class, Placement.PFEIFFER),
                method.integer("reduction", 16, 1, 4096),
                method.number("scale", 4, 1e-6, 1e6));
    }

    @Override
    public Adaptation in(Site site) {
        return new Adaptation() {
            private int asked;

            /** Each layer asks for its attention first. */
            @Override
            public Sublayer sublayer(String name, Sublayer base) {
                boolean attention = asked++ % 2 == 0;
                return attention && placement != Placement.HOULSBY ? base : adapted(name, base, site);
            }
        };
    }

    private Sublayer adapted(String name, Sublayer base, Site site) {
        int width = site.widths().width();
        int inner = Math.max(1, width / reduction);
        String adapter = name + ".adapters.default.";
        Parameters parameters = site.parameters();
        return new Adapted(
                base,
                new Dense(
                        parameters.normal(adapter + "adapter_down.0.weight", DEVIATION, inner, width),
                        parameters.zeros(adapter + "adapter_down.0.bias", inner)),
                new Dense(
                        parameters.zeros(adapter + "adapter_up.weight", width, inner),
                        parameters.zeros(adapter + "adapter_up.bias", width)),
                Factor.of(placement == Placement.PARALLEL ? scale : 1, site.manager()),
                placement == Placement.PARALLEL,
                site.adapter());
    }

    private record Adapted(Sublayer base, Dense down, Dense up, Factor scale, boolean parallel, Switch adapter)
            implements Sublayer {
        @Override
        public NDArray forward(NDArray x, Context context) {
            NDArray plain = base.forward(x, context);
            if (!adapter.isOn()) {
                return plain;
            }
            Pass pass = context.pass();
            NDArray narrow = Activation.RELU.apply(down.forward(parallel ? x : plain, pass));
            return plain.add(scale.times(up.forward(narrow, pass)));
        }
    }
}
