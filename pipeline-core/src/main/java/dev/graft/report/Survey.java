// SPDX-License-Identifier: Apache-2.0
package dev.graft.report;

import dev.graft.run.RunDirectory;
import dev.graft.storage.Place;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the rows of a finished augmentation look like. All rows are counted; texts are read of a sample, the same one every
 * time.
 *
 * @param originals figures of the training rows' own texts, to measure those of the copies by; null where there are none
 * @param operators what each kept, in the order of the configuration
 * @param classes training rows by class, where an operator makes copies by class
 * @param samples copies to be shown: of those kept, of those that are just kept, and of those dropped
 */
public record Survey(@Nullable Diversity originals, List<Kept> operators, List<OfClass> classes, List<Sample> samples) {
    public static final String FILE = "survey.json";
    /** Texts of an operator, and of the originals, that are compared with each other. */
    public static final int TEXTS = 200;
    /** Dropped copies of an operator that are shown. */
    public static final int DROPPED = 3;
    /** Copies that are shown, of all operators together. */
    public static final int SAMPLES = 30;
    /** Equal parts that the range of the intensity, from 0 to 1, is cut into. */
    public static final int BINS = 10;

    public Survey {
        operators = List.copyOf(operators);
        classes = List.copyOf(classes);
        samples = List.copyOf(samples);
    }

    /**
     * The kept copies of one operator.
     *
     * @param operator its name in the configuration
     * @param copies all that were kept
     * @param intensity copies by their intensity, the share of the source's chars that was changed: {@value #BINS} equal
     *     bins from 0 to 1, each without its upper end but the last
     * @param similarity mean cosine of copy and source over all copies, from -1 to 1; null where they have no such score
     * @param diversity of some copies; null where none was kept
     */
    public record Kept(
            String operator,
            long copies,
            List<Long> intensity,
            @Nullable Double similarity,
            @Nullable Diversity diversity) {
        public Kept {
            intensity = List.copyOf(intensity);
            long counted = intensity.stream().mapToLong(Long::longValue).sum();
            if (intensity.size() != BINS || counted != copies) {
                throw new IllegalArgumentException(operator + " has " + intensity.size() + " bins of " + counted
                        + " intensities together; allowed are " + BINS + " bins of its " + copies + " copies");
            }
            if (similarity != null && !(similarity >= -1 && similarity <= 1)) {
                throw new IllegalArgumentException(
                        operator + " has a mean similarity of " + similarity + "; allowed is from -1 to 1");
            }
        }
    }

    /**
     * The training rows of one class.
     *
     * @param rows of the corpus
     * @param copies of them that were kept
     */
    public record OfClass(String label, long rows, long copies) {}

    /** That of a run's directory, if its augmentation wrote one. */
    public static Optional<Survey> read(RunDirectory directory) {
        return directory.read(FILE, Survey.class);
    }

    /** Writes the survey as JSON, as {@value #FILE} in a folder. */
    public void write(Place folder) {
        RunDirectory.write(folder.at(FILE), this);
    }
}
