// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.assertMakes;
import static dev.graft.augment.operator.Examples.assertRefused;
import static dev.graft.augment.operator.Examples.made;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmenter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodeMixingTest {
    @TempDir
    private Path folder;

    private Augmenter operator(String table) throws IOException {
        Path file = Files.writeString(folder.resolve("table.tsv"), table);
        return Examples.operator("operator = code-mixing, alpha = 1, file = \"" + file + "\"");
    }

    @Test
    void takesATranslationOfTheTableInTheCaseOfTheWord() throws IOException {
        Augmenter mixing = operator("parcel\tPaket, Päckchen\nand\tund\nstreet\tstraße\nnew\tneu\n日本\tJapan\n");
        assertThat(made(mixing, "parcel")).containsExactly("Paket", "Päckchen");
        assertMakes(mixing, """
                And a new street, and new. -> Und a neu straße, und neu.
                A NEW STREET AND ALL -> A NEU STRASSE UND ALL
                日本 and/or -> Japan und/or
                """);
        assertLeaves(mixing, "sand new-ish news https://new.com and_ 🙂");
    }

    @Test
    void aMissingFileIsNamed() {
        assertRefused(
                "operator = code-mixing, file = no-such.tsv", "file: given \"no-such.tsv\"", "a file that can be read");
        assertRefused("operator = code-mixing", "file is missing");
    }
}
