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

/**
 * Learnt vectors in the place of words before each text (Lester et al. 2021, section 2). In a decoder these see themselves alone, so
 * that their keys and values are computed once and are a prefix; an encoder can't have them.
 *
 * @param tokens before each text
 */
public record PromptTuning(VirtualTokens tokens) implements Method {
    private static final double DEVIATION = 0.02;

    static PromptTuning read(Settings method) {
        return new PromptTuning(VirtualTokens.read(method));
    }

    @Override
    public Adaptation in(Site site) {
        return Adaptation.NONE;
    }

    @Override
    public Optional<Prefix> prefix(Site site) {
        if (!site.widths().decoder()) {
            throw new AdapterException(
                    "prompt-tuning of an encoder, whose prompt would see the text; allowed is a decoder,"
                            + " or prefix-tuning");
        }
        NDArray vectors = site.parameters()
                .normal(
                        VirtualTokens.EMBEDDINGS,
                        DEVIATION,
                        tokens.count(),
                        site.widths().width());
        return Optional.of(new Prefix() {
            @Override
            public int tokens() {
                return site.adapter().isOn() ? tokens.count() : 0;
            }

            @Override
            public List<KeyValues> keyValues(Transformer transformer, NDManager scope) {
                return transformer.keyValues(vectors, scope);
            }

            @Override
            public void start(Transformer transformer) {
                tokens.start(vectors, site, transformer, (words, scope) -> words);
            }
        });
    }
}
