// SPDX-License-Identifier: Apache-2.0
package dev.graft.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.typesafe.config.ConfigUtil;
import dev.graft.config.ConfigException;
import dev.graft.config.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeTest {
    @ParameterizedTest
    @ValueSource(strings = {"../../x", "..", ".", "a/b", "/a", "a\\b", "a\u0000b", "a\nb", " a", "a ", "\u001b[31m"})
    void aNameThatIsNoFolderOfItsOwnIsRefused(String name) {
        ConfigException e = catchThrowableOfType(ConfigException.class, () -> recipe("name = " + quoted(name)));
        assertThat(e.problems()).hasSize(1).first().asString().contains("text:1: name: given ", "a name of a folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "a b", "50%", "#1", "ü", "a,b", "[x]", ".hidden", "a..b"})
    void anyOtherNameIsTheFoldersToo(String name) {
        assertThat(recipe("name = " + quoted(name)).out()).isEqualTo("runs/" + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0000b", "", " ", "a\nb"})
    void anImpossibleDirectoryIsRefused(String out) {
        ConfigException e = catchThrowableOfType(ConfigException.class, () -> recipe("name = a\nout = " + quoted(out)));
        assertThat(e.problems()).hasSize(1).first().asString().contains("text:2: out: given ", "a path of a directory");
    }

    @Test
    void theNameIsRequired() {
        ConfigException e = catchThrowableOfType(ConfigException.class, () -> recipe("seed = 1"));
        assertThat(e.problems()).containsExactly("text: name is missing; it takes a text");
    }

    private static String quoted(String text) {
        return ConfigUtil.quoteString(text);
    }

    private static Recipe recipe(String text) {
        return Settings.parse(text + "\ncorpus { train = a.jsonl }", Recipe::read);
    }
}
