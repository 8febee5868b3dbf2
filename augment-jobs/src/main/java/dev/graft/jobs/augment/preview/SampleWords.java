// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.preview;

import dev.graft.corpus.Document;
import dev.graft.jobs.augment.candidate.EditedTurns;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.text.TextAnalyzer;
import dev.graft.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The words of some rows, which stand for those of all. */
final class SampleWords {
    /** Rows whose words are counted. */
    static final int ROWS = 1000;

    private SampleWords() {}

    /** The path of the counted words, if an operator asks for them. */
    static Optional<String> counted(AugmentSettings settings, List<Document> some) throws IOException {
        if (!settings.needsVocabulary()) {
            return Optional.empty();
        }
        TextAnalyzer analyzer = new TextAnalyzer(settings.section().protection());
        Path file = Files.createTempFile("vocabulary", ".tsv");
        file.toFile().deleteOnExit();
        EditedTurns turns =
                new EditedTurns(settings.work(Optional.empty(), Map.of()).edit());
        Vocabulary.of(some.stream()
                        .flatMap(document -> turns.documents(document).stream())
                        .map(analyzer::analyze)
                        .toList())
                .write(file);
        return Optional.of(file.toString());
    }
}
