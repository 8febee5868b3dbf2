// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.graft.config.Settings;
import dev.graft.model.Adaptation;
import dev.graft.nn.KeyValueCache.KeyValues;
import dev.graft.nn.Prefix;
import dev.graft.nn.Transformer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Learnt keys and values before each text, in each layer (Li & Liang 2021, section 4), without a network that makes them.
 *
 * @param numVirtualTokens how many, at least 1; default 20
 */
public record PrefixTuning(int numVirtualTokens) implements Method {
    static final String EMBEDDINGS = "prompt_embeddings";

    public PrefixTuning {
        if (numVirtualTokens < 1) {
            throw new IllegalArgumentException("num-virtual-tokens is " + numVirtualTokens + "; allowed is 1 or more");
        }
    }

    static PrefixTuning read(Settings method) {
        return new PrefixTuning(method.integer("num-virtual-tokens", 20, 1, 4096));
    }

    @Override
    public Adaptation in(Site site) {
        return Adaptation.NONE;
    }

    @Override
    public Optional<Prefix> prefix(Site site) {
        Widths widths = site.widths();
        long groups = widths.groups();
        NDArray all = site.parameters()
                .normal(EMBEDDINGS, 1, numVirtualTokens, 2 * widths.layers() * groups * widths.headSize());
        return Optional.of(new Prefix() {
            @Override
            public int tokens() {
                return site.adapter().isOn() ? numVirtualTokens : 0;
            }

            @Override
            public List<KeyValues> keyValues(Transformer transformer, NDManager scope) {
                NDArray split = all.reshape(numVirtualTokens, 2 * widths.layers(), groups, widths.headSize());
                split.attach(scope);
                NDArray parts = split.transpose(1, 2, 0, 3); // (2 L, G, P, D)
                parts.attach(scope);
                return IntStream.range(0, widths.layers())
                        .mapToObj(layer -> new KeyValues(part(parts, 2 * layer), part(parts, 2 * layer + 1)))
                        .toList();
            }
        });
    }

    private static NDArray part(NDArray parts, int index) {
        return parts.get(index + ":" + (index + 1)); // (1, G, P, D)
    }
}
