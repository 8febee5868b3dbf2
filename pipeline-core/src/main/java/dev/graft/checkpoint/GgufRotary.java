// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Llama 3's rotary positions in a GGUF file: not the settings stand there, but a tensor of what each frequency is divided by, as
 * llama.cpp's converter writes it.
 */
final class GgufRotary {
    static final String TENSOR = "rope_freqs.weight";

    /** What all published models of the kind have; the file does not say it. */
    private static final double LOW = 1;

    private static final double HIGH = 4;
    private static final int CONTEXT = 8192;
    private static final double CLOSE = 1e-5;

    private GgufRotary() {}

    /**
     * @param scaling {@code rope_scaling} of {@code config.json}, of the type llama3
     * @param theta base of the frequencies
     * @param width of a head
     */
    static Tensor tensor(JsonNode scaling, double theta, int width) {
        float[] factors = factors(
                scaling.path("factor").asDouble(),
                scaling.path("low_freq_factor").asDouble(LOW),
                scaling.path("high_freq_factor").asDouble(HIGH),
                scaling.path("original_max_position_embeddings").asInt(CONTEXT),
                theta,
                width);
        return Tensor.of(TENSOR, new long[] {factors.length}, factors);
    }

    private static float[] factors(double factor, double low, double high, int context, double theta, int width) {
        float[] factors = new float[width / 2];
        for (int i = 0; i < factors.length; i++) {
            double kept = kept(i, low, high, context, theta, width);
            factors[i] = (float) (1 / ((1 - kept) / factor + kept));
        }
        return factors;
    }

    /** The share of a frequency that is not interpolated, by its turns in the context. */
    private static double kept(int i, double low, double high, int context, double theta, int width) {
        double turns = context * Math.pow(theta, -2.0 * i / width) / (2 * Math.PI);
        return Math.min(1, Math.max(0, (turns - low) / (high - low)));
    }

    /**
     * The settings that give such a tensor.
     *
     * @param place the file, for the error
     * @throws CheckpointException if it is not one of the published models' settings
     */
    static ObjectNode scaling(Tensor tensor, double theta, String place) {
        float[] given = tensor.values();
        // The last frequency, which is the lowest, is interpolated most.
        int last = Math.max(0, given.length - 1);
        double kept = kept(last, LOW, HIGH, CONTEXT, theta, 2 * given.length);
        double factor = given.length == 0 || kept == 1 ? 1 : (1 - kept) / (1 / (double) given[last] - kept);
        factor = Math.rint(factor * 1000) / 1000; // the tensor has 32 bits
        float[] known = factors(factor, LOW, HIGH, CONTEXT, theta, 2 * given.length);
        for (int i = 0; i < known.length; i++) {
            if (Math.abs(known[i] - given[i]) > CLOSE * known[i]) {
                throw new CheckpointException(place + ": " + TENSOR + " divides the frequency " + i + " by " + given[i]
                        + "; allowed are Llama 3's factors for " + CONTEXT + " positions, here " + known[i]);
            }
        }
        return JsonNodeFactory.instance
                .objectNode()
                .put("rope_type", "llama3")
                .put("factor", factor)
                .put("low_freq_factor", LOW)
                .put("high_freq_factor", HIGH)
                .put("original_max_position_embeddings", CONTEXT);
    }
}
