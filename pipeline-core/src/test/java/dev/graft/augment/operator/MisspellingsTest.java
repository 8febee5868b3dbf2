// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.assertMakes;
import static dev.graft.augment.operator.Examples.made;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.augment.Augmenter;
import dev.graft.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MisspellingsTest {
    @TempDir
    private Path folder;

    private Augmenter operator(String table) throws IOException {
        Path file = Files.writeString(folder.resolve("table.tsv"), table);
        return Examples.operator("operator = misspellings, alpha = 1, file = \"" + file + "\"");
    }

    @Test
    void takesAMisspellingOfTheTableInTheCaseOfTheWord() throws IOException {
        Augmenter misspellings = operator("# word\tmisspellings\nbecause\tbecuase, becouse\nthe\tteh\r\nI'll\till\n");
        assertThat(made(misspellings, "Because")).containsExactly("Becouse", "Becuase");
        assertMakes(misspellings, """
                the end, (the) end -> teh end, (teh) end
                THE LAST OF THE MOHICANS -> TEH LAST OF TEH MOHICANS
                I'll go, i'll stay. -> Ill go, ill stay.
                """);
        assertLeaves(misspellings, "then https://the.com the_the there 🙂");
    }

    @Test
    void aWordThatStandsForItselfIsNoMisspelling() throws IOException {
        assertLeaves(operator("english\tEnglish\n"), "English");
    }

    @Test
    void aMalformedLineIsNamed() throws IOException {
        for (String line : List.of("because", "because\t", "because\t , ", "\tbecuase", "a\tb\tc")) {
            assertThatThrownBy(() -> operator("the\tteh\n" + line))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContainingAll("table.tsv:2: given \"" + line + "\"", "a word, a tab, and others");
        }
    }
}
