// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.corpus.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordVectorsTest {
    @TempDir
    private Path folder;

    private WordVectors read(String content) throws IOException {
        return new WordVectors(Files.writeString(folder.resolve("v.txt"), content), 5, 0.5);
    }

    @Test
    void neighboursAreTheNearestByAngle() throws IOException {
        WordVectors vectors = read("4 2\nlamp 1 0\nlight 2 0.2\nbulb 1 1\nsoup -1 3e0\n");
        assertThat(vectors.neighbours("Lamp"))
                .extracting(WordVectors.Neighbour::word)
                .containsExactly("light", "bulb");
        assertThat(vectors.neighbours("unheard")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    2 2;a 1 2;b NaN 1 | :3: "NaN" is not a finite number
                    2 2;a 1 -Infinity;b 1 1 | :2: "-Infinity" is not a finite number
                    1 2;a 1e39 1 | "1e39" is not a finite number
                    1 2;a one 1 | "one" is not a number
                    3 2;a 1 2;b 2 1 | :1: given are 3 words, but 2 lines follow
                    1 2;a 1 2;b 2 1 | :1: given are 1 words, but 2 lines follow
                    1 3;a 1 2 | :2: 2 numbers; allowed is a word and 3
                    many 2;a 1 2 | allowed is the number of words
                    -1 2;a 1 2 | allowed is the number of words
                    1 0;a | allowed is the number of words""")
    void aFileThatIsNoneIsRefused(String content, String message) {
        assertThatThrownBy(() -> read(content.replace(';', '\n') + "\n"))
                .isInstanceOf(InputException.class)
                .hasMessageContainingAll("v.txt", message);
    }
}
