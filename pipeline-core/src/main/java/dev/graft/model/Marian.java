// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import dev.graft.checkpoint.ConfigKeys;
import dev.graft.nn.Norm;

/**
 * MarianMT (Junczys-Dowmunt et al. 2018), as Helsinki-NLP's opus-mt models are published: the transformer of Vaswani et al. 2017
 * with a norm behind each block, and a bias of the words. Sines and cosines of 10000^(-i / (H / 2)).
 */
final class Marian implements EncoderDecoders.Family {
    @Override
    public String modelType() {
        return "marian";
    }

    @Override
    public EncoderDecoder build(ConfigKeys config, Modules modules) {
        config.off(
                "normalize_before",
                "normalize_embedding",
                "add_final_layer_norm",
                "add_bias_logits",
                "force_bos_token_to_be_generated");
        config.only("static_position_embeddings", "true");
        config.has("extra_pos_embeddings"); // of no use since positions are computed
        TranslatorKeys keys = TranslatorKeys.read(config, modules, false);
        return keys.model(
                "final_logits_bias",
                stack -> Norm.NONE,
                keys.sinusoids(
                        0,
                        i -> Math.pow(
                                TranslatorKeys.LONGEST_WAVE,
                                -2.0 * i / keys.width().value())));
    }
}
