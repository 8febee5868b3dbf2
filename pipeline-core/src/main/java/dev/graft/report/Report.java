// SPDX-License-Identifier: Apache-2.0
package dev.graft.report;

import dev.graft.run.Manifest;
import dev.graft.storage.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that is told of a run. A part that is empty, or null, has not been run and is left out of the page.
 *
 * @param name of the run
 * @param finished when its last step ended
 * @param facts what the reader wants to know first, such as the model and the corpus, by name, in the order shown
 * @param files what lies where: what it is, by path relative to the run's directory, in the order shown
 * @param augment the augmentation's manifest
 * @param survey of the augmented rows
 * @param curves training losses
 * @param labels the classes, in the order of {@link ArmScores#f1} and {@link ArmScores#confusion}
 * @param arms that were trained; the last one is compared with each of the others, the strictest of which comes just
 *     before it
 * @param tables what else there is, in the order shown
 */
public record Report(
        String name,
        Instant finished,
        Map<String, String> facts,
        Map<String, String> files,
        @Nullable Manifest augment,
        @Nullable Survey survey,
        List<Curve> curves,
        List<String> labels,
        List<ArmScores> arms,
        List<ReportTable> tables) {
    public static final String FILE = "report.html";

    public Report {
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
        files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
        curves = List.copyOf(curves);
        labels = List.copyOf(labels);
        arms = List.copyOf(arms);
        tables = List.copyOf(tables);
        for (ArmScores arm : arms) {
            if (!arm.f1().isEmpty() && arm.f1().size() != labels.size()) {
                throw new IllegalArgumentException("arm " + arm.name() + " has the F1 of "
                        + arm.f1().size() + " classes; allowed is none, or one for each of the " + labels.size()
                        + " labels");
            }
        }
    }

    public Report(
            String name,
            Instant finished,
            Map<String, String> facts,
            Map<String, String> files,
            @Nullable Manifest augment,
            @Nullable Survey survey,
            List<Curve> curves,
            List<String> labels,
            List<ArmScores> arms) {
        this(name, finished, facts, files, augment, survey, curves, labels, arms, List.of());
    }

    /** The page: HTML that needs no other file and no network. */
    public String html() {
        return Page.of(this).html();
    }

    /** Writes {@link #html()}, so that no reader sees half a page. */
    public void write(Place file) throws IOException {
        file.write(html().getBytes(StandardCharsets.UTF_8));
    }
}
