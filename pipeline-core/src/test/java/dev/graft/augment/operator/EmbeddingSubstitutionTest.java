// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.assertMakes;
import static dev.graft.augment.operator.Examples.assertRefused;
import static dev.graft.augment.operator.Examples.made;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.augment.Augmenter;
import dev.graft.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingSubstitutionTest {
    private static final String VECTORS = "5 2\nphone 1 0\nhandset 0.9 0.1\nlamp 0 1\nlight 0.1 0.9\nété 1 1\n";

    @TempDir
    private Path folder;

    private Augmenter operator(String vectors, String keys) throws IOException {
        Path file = Files.writeString(folder.resolve("vectors.txt"), vectors);
        return Examples.operator("operator = embedding-substitution, alpha = 1, file = \"" + file + "\"" + keys);
    }

    @Test
    void aNearWordStandsInThePlaceOfAnother() throws IOException {
        Augmenter near = operator(VECTORS, ", min-similarity = 0.9");
        assertMakes(near, """
                Phone, (lamp) -> Handset, (light)
                THE LAMP OF THE PHONE -> THE LIGHT OF THE HANDSET
                """);
        assertLeaves(near, "the phones https://phone.com phone_1 été 👩‍👩‍👧");
    }

    @Test
    void onlyTheNearestAreTaken() throws IOException {
        String vectors = "4 2\none 1 0\ntwo 1 0.1\nthree 1 0.2\nseveral 1 0.3\n";
        assertThat(made(operator(vectors, ""), "several")).containsExactly("one", "three", "two");
        assertThat(made(operator(vectors, ", top-k = 2"), "several")).containsExactly("three", "two");
        assertLeaves(operator(vectors, ", min-similarity = 1"), "several");
    }

    @Test
    void aMalformedLineIsNamed() {
        assertMalformed("phone 1 0\n", "vectors.txt:1: given \"phone 1 0\"");
        assertMalformed("1 2\nphone 1\n", "vectors.txt:2: 1 numbers; allowed is a word and 2");
        assertMalformed("1 2\nphone 1 x\n", "vectors.txt:2: \"x\" is not a number");
    }

    private void assertMalformed(String vectors, String message) {
        assertThatThrownBy(() -> operator(vectors, ""))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void badArgumentsAreNamed() {
        assertRefused(
                "operator = embedding-substitution, file = no-such.txt, min-similarity = 2, top-k = 0",
                "file: given \"no-such.txt\"",
                "min-similarity: given 2; allowed is a number from -1.0 to 1.0",
                "top-k: given 0");
    }
}
