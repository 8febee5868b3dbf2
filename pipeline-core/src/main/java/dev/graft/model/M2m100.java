// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import dev.graft.checkpoint.ConfigKeys;

/**
 * M2M-100 (Fan et al. 2020) and NLLB (Costa-jussà et al. 2022): a norm before each block and behind each stack. Sines and cosines
 * of 10000^(-i / (H / 2 - 1)), which begin with those of position 2.
 */
final class M2m100 implements EncoderDecoders.Family {
    private static final int FIRST_POSITION = 2;

    @Override
    public String modelType() {
        return "m2m_100";
    }

    @Override
    public EncoderDecoder build(ConfigKeys config, Modules modules) {
        TranslatorKeys keys = TranslatorKeys.read(config, modules, true);
        double half = Math.max(1, keys.width().value() / 2 - 1);
        return keys.model(
                "",
                stack -> keys.norm(stack + ".layer_norm"),
                keys.sinusoids(FIRST_POSITION, i -> Math.pow(TranslatorKeys.LONGEST_WAVE, -i / half)));
    }
}
