// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import dev.graft.checkpoint.ConfigKeys;
import dev.graft.nn.Rotary;
import java.util.Map;

/** The keys of rotary positions: {@code rope_theta} and {@code rope_scaling}, which newer files hold as {@code rope_parameters}. */
final class RotaryKeys {
    private enum Kind {
        DEFAULT,
        LINEAR,
        LLAMA3,
        YARN
    }

    private static final Map<String, Kind> KINDS =
            Map.of("default", Kind.DEFAULT, "linear", Kind.LINEAR, "llama3", Kind.LLAMA3, "yarn", Kind.YARN);

    private RotaryKeys() {}

    /**
     * Of a model whose layers all have the same.
     *
     * @param theta where the file says none
     */
    static Rotary read(ConfigKeys config, int headSize, double theta) {
        if (config.has("rope_parameters")) {
            ConfigKeys keys = config.section("rope_parameters");
            return scaled(config, keys, headSize, keys.number("rope_theta", config.number("rope_theta", theta)));
        }
        return scaled(config, config.section("rope_scaling"), headSize, config.number("rope_theta", theta));
    }

    /**
     * Of one kind of layers, in files that tell the kinds apart; elsewhere {@code thetaKey} says it.
     *
     * @param kind {@code full_attention} or {@code sliding_attention}
     * @param scaling whether {@code rope_scaling} is for this kind
     */
    static Rotary read(ConfigKeys config, String kind, int headSize, String thetaKey, double theta, boolean scaling) {
        double given = config.number(thetaKey, theta);
        if (config.has("rope_parameters")) {
            ConfigKeys keys = config.section("rope_parameters").section(kind);
            return scaled(config, keys, headSize, keys.number("rope_theta", given));
        }
        return scaling ? scaled(config, config.section("rope_scaling"), headSize, given) : Rotary.of(headSize, given);
    }

    private static Rotary scaled(ConfigKeys config, ConfigKeys keys, int headSize, double theta) {
        double share = keys.number("partial_rotary_factor", config.number("partial_rotary_factor", 1));
        Rotary plain = Rotary.of((int) (headSize * share), theta);
        Kind kind = keys.choice("rope_type", keys.choice("type", Kind.DEFAULT, KINDS), KINDS);
        return switch (kind) {
            case DEFAULT -> plain;
            case LINEAR -> plain.interpolated(keys.number("factor"));
            case LLAMA3 ->
                plain.llama3(
                        keys.number("factor"),
                        keys.number("low_freq_factor"),
                        keys.number("high_freq_factor"),
                        keys.size("original_max_position_embeddings"));
            case YARN -> yarn(config, keys, plain, theta);
        };
    }

    private static Rotary yarn(ConfigKeys config, ConfigKeys keys, Rotary plain, double theta) {
        keys.off("mscale", "mscale_all_dim");
        double factor = keys.number("factor");
        return plain.yarn(
                factor,
                keys.number("beta_fast", 32),
                keys.number("beta_slow", 1),
                keys.size("original_max_position_embeddings", config.size("max_position_embeddings")),
                theta,
                keys.flag("truncate", true),
                keys.number("attention_factor", factor <= 1 ? 1 : 0.1 * Math.log(factor) + 1));
    }
}
