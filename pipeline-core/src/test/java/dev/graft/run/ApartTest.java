// SPDX-License-Identifier: Apache-2.0
package dev.graft.run;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.corpus.InputException;
import dev.graft.storage.LocalStorage;
import dev.graft.storage.Storage;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApartTest {
    private final Storage storage = new LocalStorage();

    @TempDir
    Path folder;

    @BeforeEach
    void corpus() throws Exception {
        Files.createDirectories(folder.resolve("corpus/part"));
        Files.writeString(folder.resolve("corpus/a.jsonl"), "{}");
        Files.writeString(folder.resolve("corpus/part/b.jsonl"), "{}");
    }

    @ParameterizedTest
    @CsvSource({
        "corpus, corpus",
        "corpus, corpus/run",
        "corpus, corpus/deep/run",
        "corpus/part, corpus",
        "corpus/a.jsonl, corpus",
        "corpus/a.jsonl, corpus/a.jsonl",
        "corpus/*, corpus/run",
        "corpus/*, corpus/part/run",
        "c*, corpus/run",
        "corpus/*.jsonl, corpus",
        "'corpus/{a,run}*', corpus/run",
        "corpus, corpus/part/../run",
        "./corpus, corpus"
    })
    void whatLiesOneInTheOtherIsRefused(String input, String out) {
        assertThatThrownBy(() -> Apart.require(run(out), "corpus.train", folder + "/" + input, storage))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("corpus.train")
                .hasMessageContaining(out);
    }

    @ParameterizedTest
    @CsvSource({
        "corpus, corpus-run",
        "corpus, run",
        "corpus/a.jsonl, corpus/run",
        "corpus/*.jsonl, corpus/run",
        "corpus/part, corpus/run",
        "none, run"
    })
    void placesApartAreAllowed(String input, String out) {
        assertThatCode(() -> Apart.require(run(out), "corpus.train", folder + "/" + input, storage))
                .doesNotThrowAnyException();
    }

    @Test
    void aLinkIsFollowed() throws Exception {
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("corpus"));
        assertThatThrownBy(() -> Apart.require(run("link/run"), "corpus.train", folder + "/corpus", storage))
                .isInstanceOf(InputException.class);
    }

    private RunDirectory run(String out) {
        return new RunDirectory(storage, folder + "/" + out);
    }
}
