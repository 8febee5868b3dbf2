// SPDX-License-Identifier: Apache-2.0
package dev.graft.run;

import java.util.List;
import java.util.Map;

/**
 * What was run, with what, and what came of it; written last, so a step without one is not finished.
 *
 * @param settings the step's settings as canonical JSON; a re-run with others is refused
 * @param versions of Graft, Java, Spark, DJL and the like, by name
 * @param seed the run's seed
 * @param models SHA-256 of each model and lexicon, by name
 * @param rows rows by table
 * @param operators what became of each operator's copies, in the order of the configuration
 * @param seconds wall-clock seconds by phase
 */
public record Manifest(
        String settings,
        Map<String, String> versions,
        long seed,
        Map<String, String> models,
        Map<String, Long> rows,
        Map<String, Counts> operators,
        Map<String, Double> seconds,
        List<String> notes) {}
