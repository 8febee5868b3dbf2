// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
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
 * @param tokens before each text
 */
public record PrefixTuning(VirtualTokens tokens) implements Method {
    static PrefixTuning read(Settings method) {
        return new PrefixTuning(VirtualTokens.read(method));
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
                .normal(VirtualTokens.EMBEDDINGS, 1, tokens.count(), 2 * widths.layers() * groups * widths.headSize());
        return Optional.of(new Prefix() {
            @Override
            public int tokens() {
                return site.adapter().isOn() ? tokens.count() : 0;
            }

            @Override
            public List<KeyValues> keyValues(Transformer transformer, NDManager scope) {
                NDArray split = all.reshape(tokens.count(), 2 * widths.layers(), groups, widths.headSize());
                split.attach(scope);
                NDArray parts = split.transpose(1, 2, 0, 3); // (2 L, G, P, D)
                parts.attach(scope);
                return IntStream.range(0, widths.layers())
                        .mapToObj(layer -> new KeyValues(part(parts, 2 * layer), part(parts, 2 * layer + 1)))
                        .toList();
            }

            @Override
            public void start(Transformer transformer) {
                tokens.start(
                        all,
                        site,
                        transformer,
                        (words, scope) -> whole(transformer.keyValues(words, scope), all.getShape()));
            }
        });
    }

    /** Of each layer (1, G, P, D) to (P, 2 L G D), as the parameter has them. */
    private static NDArray whole(List<KeyValues> layers, Shape shape) {
        NDList parts = new NDList();
        for (KeyValues layer : layers) {
            parts.add(byToken(layer.keys()));
            parts.add(byToken(layer.values()));
        }
        return NDArrays.stack(parts, 1).reshape(shape); // (P, 2 L G D)
    }

    /** (1, G, P, D) to (P, G, D). */
    private static NDArray byToken(NDArray layer) {
        return layer.squeeze(0).transpose(1, 0, 2);
    }

    private static NDArray part(NDArray parts, int index) {
        return parts.get(index + ":" + (index + 1)); // (1, G, P, D)
    }
}
