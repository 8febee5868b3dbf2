// SPDX-License-Identifier: Apache-2.0
package dev.graft.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.corpus.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
    private static final Manifest MANIFEST = new Manifest(
            "{}",
            Map.of("java", "17"),
            7,
            Map.of(),
            Map.of("augmented", 2L),
            Map.of("random-swap", new Counts(1, 2, 1, Map.of(), 1, 0)),
            Map.of(),
            List.of());

    @TempDir
    Path folder;

    @Test
    void aPublishedRunHasItsPartsAndItsManifest() throws Exception {
        RunDirectory run = new RunDirectory(folder.resolve("run"));
        for (String content : List.of("first", "second")) {
            Path staging = run.staging();
            Files.createDirectories(staging.resolve("augmented"));
            Files.writeString(staging.resolve("augmented/part"), content);
            run.publish(staging, List.of("augmented"), MANIFEST);
            assertThat(run.manifest()).contains(MANIFEST);
            assertThat(run.root().resolve("augmented/part")).hasContent(content);
            assertThat(staging).doesNotExist();
        }
    }

    @Test
    void whatWasOnlyStagedIsNotARun() throws Exception {
        RunDirectory run = new RunDirectory(folder.resolve("run"));
        Files.writeString(run.staging().resolve("half"), "written");
        assertThat(run.manifest()).isEmpty();
        assertThat(run.staging()).isEmptyDirectory();
    }

    @Test
    void aPlaceThatCannotBeWrittenIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "in the way");
        assertThatThrownBy(() -> new RunDirectory(file.resolve("run")).staging())
                .isInstanceOf(InputException.class)
                .hasMessageContaining(file.toString());
    }
}
