// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.config.ConfigException;
import dev.graft.config.Settings;
import dev.graft.jobs.augment.setup.AugmentSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file in {@code conf/} is read by this step. */
class AugmentConfTest {
    private static final Path CONF = Path.of("..", "conf");

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(CONF)) {
            return files.filter(file -> file.toString().endsWith(".conf"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void isRead(Path file) {
        AugmentSettings settings = Settings.read(file, List.of(), AugmentSettings::read);
        assertThat(settings.section().steps()).isNotEmpty();
        assertThat(settings.recipe().out())
                .isEqualTo("runs/" + settings.recipe().name());
    }

    @Test
    void allProblemsAreReportedAtOnceWithThePlaceAndASuggestion() {
        List<String> overrides =
                List.of("augment.filters.similarity.mni=0.5", "corpus.format=xml", "max-bad-rows=2", "sede=1");
        assertThatThrownBy(() -> Settings.read(CONF.resolve("demo.conf"), overrides, AugmentSettings::read))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.problems())
                                .hasSize(4)
                                .anyMatch(problem -> problem.contains("did you mean \"min\"?"))
                                .anyMatch(problem -> problem.contains("allowed is one of jsonl, csv, parquet, text"))
                                .anyMatch(problem ->
                                        problem.contains("max-bad-rows: given 2; allowed is a number from 0.0 to 1.0"))
                                .anyMatch(problem -> problem.contains("did you mean \"seed\"?")));
    }
}
