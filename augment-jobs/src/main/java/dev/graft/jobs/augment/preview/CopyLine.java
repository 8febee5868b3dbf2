// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.preview;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.config.Settings;
import dev.graft.jobs.augment.candidate.Candidate;
import dev.graft.jobs.augment.candidate.Candidate.Fate;
import dev.graft.jobs.augment.candidate.CandidateMaker;
import dev.graft.jobs.augment.candidate.CandidateMaker.NamedAugmenter;
import dev.graft.random.Seeds;
import dev.graft.text.AnalyzedText;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A copy as a line of JSON, to be marked by hand or read by a program. */
record CopyLine(
        String id,
        String source_id,
        String operator,
        @Nullable String label,
        String source,
        String copy,
        List<Edit> edits,
        Map<String, Double> scores,
        String fate,
        String reason,
        List<Augmenter.Stage> stages) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static String of(CandidateMaker maker, Candidate copy) {
        try {
            return JSON.writeValueAsString(new CopyLine(
                    copy.id(),
                    copy.source().id(),
                    copy.operator(),
                    copy.source().label(),
                    copy.source().text(),
                    copy.text(),
                    copy.edits(),
                    copy.scores(),
                    Settings.name(copy.fate()),
                    copy.reason(),
                    stages(maker, copy)));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How a copy came about, part by part; empty where its operator has no parts, and of a conversation. */
    static List<Augmenter.Stage> stages(CandidateMaker maker, Candidate copy) {
        if (copy.fate() == Fate.FAILED || !maker.turns().roles().isEmpty()) {
            return List.of();
        }
        Augmenter augmenter = maker.steps().stream()
                .filter(step -> step.name().equals(copy.operator()))
                .map(NamedAugmenter::augmenter)
                .findFirst()
                .orElseThrow();
        AnalyzedText text = maker.analyzer().apply(copy.source());
        return augmenter.stages(augmenter.editsSpans() ? text.editingSpans() : text, Seeds.random(copy.seed()));
    }
}
