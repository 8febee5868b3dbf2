// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import ai.djl.ndarray.NDArray;
import dev.graft.config.Settings;
import dev.graft.model.Adaptation;
import dev.graft.nn.Activation;
import dev.graft.nn.Context;
import dev.graft.nn.Dense;
import dev.graft.nn.Factor;
import dev.graft.nn.Norm;
import dev.graft.nn.Pass;
import dev.graft.nn.Sublayer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Small feed-forward blocks between the sub-layers, as AdapterHub has them (Pfeiffer et al. 2020).
 *
 * @param placement where they stand
 * @param reduction how many times as wide as its inside the model is, at least 1; default 16
 * @param nonLinearity between its two maps; default relu
 * @param scale of what it adds; more than 0, default 1, and 4 beside the feed-forward block
 */
public record Bottleneck(Placement placement, int reduction, Activation nonLinearity, double scale) implements Method {
    static final String NAME = "default";

    private static final double DEVIATION = 0.02;
    private static final Pattern BERT = Pattern.compile("(.*encoder\\.layer\\.\\d+\\.)(attention|output)");
    private static final Pattern ATTENTION = Pattern.compile("(.*\\.)(attention|attn|self_attn|encoder_attn)");

    /** Where adapters stand. */
    public enum Placement {
        /** Behind attention and behind the feed-forward block (Houlsby et al. 2019, section 2.1). */
        HOULSBY,
        /** Behind the feed-forward block alone, from the normed sum that it is part of (Pfeiffer et al. 2020, section 3). */
        PFEIFFER,
        /** Beside the feed-forward block, from the sum that it is added to (He et al. 2022, section 4.6). */
        PARALLEL;

        double scale() {
            return this == PARALLEL ? 4 : 1;
        }
    }

    public Bottleneck {
        if (reduction < 1 || !(scale > 0)) {
            throw new IllegalArgumentException(
                    "reduction is " + reduction + " and scale " + scale + "; allowed is 1 or more, and more than 0");
        }
    }

    static Bottleneck read(Settings method) {
        Placement placement = method.choice("placement", Placement.class, Placement.PFEIFFER);
        return new Bottleneck(
                placement,
                method.integer("reduction", 16, 1, 4096),
                method.choice("non-linearity", Activation.class, Activation.RELU),
                method.number("scale", placement.scale(), 1e-6, 1e6));
    }

    @Override
    public Adaptation in(Site site) {
        return new Adaptation() {
            @Override
            public Sublayer sublayer(String name, Sublayer base) {
                boolean attention = ATTENTION.matcher(name).matches();
                return attention && placement != Placement.HOULSBY ? base : adapted(name, base, site);
            }
        };
    }

    /** The name that AdapterHub has for the adapter of a sub-layer. */
    private static String place(String name) {
        Matcher bert = BERT.matcher(name);
        if (bert.matches()) {
            return bert.group(1) + (bert.group(2).equals("attention") ? "attention.output" : "output");
        }
        String layer = name.substring(0, name.lastIndexOf('.') + 1);
        return layer + (ATTENTION.matcher(name).matches() ? "attention_adapters" : "output_adapters");
    }

    private Sublayer adapted(String name, Sublayer base, Site site) {
        int width = site.widths().width();
        int inner = Math.max(1, width / reduction);
        String adapter = place(name) + ".adapters." + NAME + ".";
        Parameters parameters = site.parameters();
        return new Adapted(
                base,
                new Dense(
                        parameters.normal(adapter + "adapter_down.0.weight", DEVIATION, inner, width),
                        parameters.zeros(adapter + "adapter_down.0.bias", inner)),
                new Dense(
                        parameters.zeros(adapter + "adapter_up.weight", width, inner),
                        parameters.zeros(adapter + "adapter_up.bias", width)),
                nonLinearity,
                Factor.of(scale, site.manager()),
                placement,
                site.adapter());
    }

    private record Adapted(
            Sublayer base, Dense down, Dense up, Activation between, Factor scale, Placement placement, Switch adapter)
            implements Sublayer {
        @Override
        public NDArray forward(NDArray x, Context context) {
            return forward(x, x, Norm.NONE, context);
        }

        @Override
        public NDArray forward(NDArray x, NDArray stream, Norm outer, Context context) {
            NDArray plain = base.forward(x, context);
            if (!adapter.isOn()) {
                return plain;
            }
            NDArray seen = switch (placement) {
                case HOULSBY -> plain;
                case PFEIFFER -> outer.forward(stream.add(plain));
                case PARALLEL -> stream;
            };
            Pass pass = context.pass();
            return plain.add(scale.times(up.forward(between.apply(down.forward(seen, pass)), pass)));
        }
    }
}
