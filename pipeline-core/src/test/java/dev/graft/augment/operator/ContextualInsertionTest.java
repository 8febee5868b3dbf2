// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.assertEachEdit;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.made;
import static dev.graft.augment.operator.Examples.operator;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.augment.Augmenter;
import dev.graft.config.ConfigException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContextualInsertionTest {
    private static final Augmenter INSERTION =
            operator("operator = contextual-insertion, alpha = 1, model = src/test/resources/tiny-bert");

    @Test
    void aWordStandsBeforeEachThatFollowsWhiteSpace() {
        assertThat(made(INSERTION, "The children (or) 3.5"))
                .allMatch(made -> made.matches("[a-z]+ The [a-z]+ children \\(or\\) 3\\.5"));
        assertThat(made(INSERTION, "PLEASE SEND THE PHONE"))
                .allMatch(made -> made.matches("[A-Z]+ PLEASE [A-Z]+ SEND [A-Z]+ THE [A-Z]+ PHONE"));
        assertLeaves(INSERTION, "(see) don't 3.5 https://example.com 👩‍👩‍👧");
    }

    @Test
    void nothingIsLost() {
        assertEachEdit(INSERTION, (replaced, replacement) -> {
            assertThat(replaced).isEmpty();
            assertThat(replacement).matches("[A-Za-z]+ ");
        });
    }

    @Test
    void aFolderWithoutAModelIsNamed(@TempDir Path folder) {
        assertThatThrownBy(() -> operator("operator = contextual-insertion, model = \"" + folder + "\""))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll(folder.toString(), "has no config.json");
    }
}
