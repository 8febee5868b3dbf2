// SPDX-License-Identifier: Apache-2.0
package dev.graft.run;

import dev.graft.storage.Extent;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What was run, with what, and what came of it; put into place last, so a step without one is not finished.
 *
 * @param from all that the result depends on; a re-run of another is refused
 * @param versions of Graft, Java, Spark, DJL and the like, by name
 * @param seed the run's seed
 * @param models hash or version of each model, lexicon, word table and program that was used, by name
 * @param rows rows by table
 * @param tables files and bytes by table, to tell whether it is whole
 * @param operators what became of each operator's copies, in the order of the configuration
 * @param seconds wall-clock seconds by phase
 * @param notes what went wrong without ending the run
 */
public record Manifest(
        Provenance from,
        Map<String, String> versions,
        long seed,
        Map<String, String> models,
        Map<String, Long> rows,
        Map<String, Extent> tables,
        Map<String, Counts> operators,
        Map<String, Double> seconds,
        List<String> notes) {
    public Manifest {
        Stream.of(from, versions, models, rows, tables, operators, seconds, notes)
                .forEach(Objects::requireNonNull);
    }
}
