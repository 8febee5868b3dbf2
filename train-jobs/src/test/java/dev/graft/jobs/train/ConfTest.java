// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file in {@code conf/} is read by this step. */
class ConfTest {
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
        TrainPlan settings = Settings.read(file, List.of(), TrainPlan::read);
        assertThat(settings.seeds()).isNotEmpty();
        assertThat(settings.recipe().out())
                .isEqualTo("runs/" + settings.recipe().name());
    }
}
