// SPDX-License-Identifier: Apache-2.0
package dev.graft.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HoconFileTest {
    @TempDir
    Path folder;

    @Test
    void aFileBesideIsIncluded() throws Exception {
        write("base.conf", "a = 1\nb = 2");
        Files.createDirectories(folder.resolve("more"));
        write("more/own.conf", "include \"../base.conf\"\nb = 3");
        assertThat(Settings.read(folder.resolve("more/own.conf"), List.of(), HoconFileTest::both))
                .isEqualTo("1 3");
    }

    @Test
    void anIncludeThatIsMissingOrGoesRoundIsNamedWithItsLine() throws Exception {
        write("a.conf", "a = 1\ninclude \"none.conf\"");
        assertThat(problem("a.conf")).startsWith("a.conf:2: include \"none.conf\": no such file");
        write("b.conf", "\n\ninclude \"c.conf\"");
        write("c.conf", "a = 1\ninclude file(\"b.conf\")");
        assertThat(problem("b.conf")).isEqualTo("c.conf:2: include \"b.conf\": it includes itself");
    }

    @Test
    void nothingIsIncludedFromElsewhere() throws Exception {
        write("a.conf", "include url(\"http://127.0.0.1:1/x.conf\")");
        assertThat(problem("a.conf")).isEqualTo("a.conf:1: include of a URL; allowed is a file");
        write("b.conf", "include classpath(\"reference.conf\")");
        assertThat(problem("b.conf")).isEqualTo("b.conf:1: include of a resource; allowed is a file");
    }

    @Test
    void aSubstitutionWithoutAValueIsNamedWithItsLineAndKey() throws Exception {
        write("a.conf", "a = 1\nsection {\n  b = ${NO_SUCH_VARIABLE_HERE}\n}\n");
        assertThat(problem("a.conf")).startsWith("a.conf:3: section.b: ").contains("${NO_SUCH_VARIABLE_HERE}");
        write("b.conf", "a = ${b}\nb = ${a}");
        assertThat(problem("b.conf")).startsWith("b.conf:").contains("cycle");
    }

    @Test
    void aKeyThatStandsTwiceIsNamedWithBothLines() throws Exception {
        write("a.conf", "a = 1\n# a = 2\nsection { b = 1, \"c\" = \"a = 3\" }\na = 2");
        assertThat(problem("a.conf"))
                .isEqualTo("a.conf:4: a stands already in line 1; allowed is one value of each key");
        write("b.conf", "list = [\n { a = 1\n b = 2\n a = 3 }\n]");
        assertThat(problem("b.conf")).startsWith("b.conf:4: a stands already in line 2");
        write("c.conf", "{\"a\": 1,\n \"a\": 2}");
        assertThat(problem("c.conf")).startsWith("c.conf:2: a stands already in line 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a = 1\na = ${?NO_SUCH_VARIABLE}\nb = 2",
                "a = 1, b = 2, list = [{ a = 1 }, { a = 2 }], x { a = 1 }, y { a = 2 }",
                "a = 1\nb = 2\nl = [1]\nl += 2\nl = ${l} [3]",
                "x { a = 1 }\nx { b = 2 }\nx.c = 3\na = 1\nb = 2",
                "a = \"\"\"1\na = 2\nb=\"\"\"\nb = 2",
                "a = \"x { a = 1\"\nb = 2 // a = 3\n",
                "a : http\nb = \"a = 1\\\"\\na = 2\"",
                "x = ${?HOME} \"a = 1\"\na = 2\nb = 3"
            })
    void oneValueOfEachKeyIsAllowed(String text) throws Exception {
        assertThat(DuplicateKeys.find(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{ a = ", "[", "a { b = "})
    void aDeepFileEndsInOneLine(String opening) throws Exception {
        write("a.conf", opening.startsWith("[") ? "a = " + "[".repeat(200_000) : opening.repeat(200_000));
        assertThat(problem("a.conf")).contains("a.conf");
        String closed = "a { ".repeat(20_000) + "b = 1" + " }".repeat(20_000);
        write("b.conf", closed);
        assertThat(problem("b.conf")).contains("b.conf", "nested too deeply");
    }

    @Test
    void whatIsNoConfigurationIsNamed() throws Exception {
        assertThat(problem("none.conf")).endsWith("none.conf: no such file");
        assertThat(problem(".")).endsWith("no such file");
        Files.write(folder.resolve("latin.conf"), "a = ü".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(problem("latin.conf")).endsWith("latin.conf: not UTF-8");
        Files.write(folder.resolve("huge.conf"), new byte[(4 << 20) + 1]);
        assertThat(problem("huge.conf")).contains("huge.conf has 4194305 bytes; allowed are 4194304");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/tmp/a#b", "/tmp/a//b", "/a b/ü%20,[x]{y}", "s3a://bucket/x", "[a]/b", "x=y", " blank", "a\\b"})
    void anOverrideIsTakenAsItStands(String value) throws Exception {
        write("a.conf", "a = 0, b = 2");
        assertThat(Settings.read(folder.resolve("a.conf"), List.of("a=" + value), HoconFileTest::both))
                .isEqualTo(value + " 2");
    }

    @Test
    void anOverrideMayBeAListASectionOrASubstitution() throws Exception {
        write("a.conf", "a = 0, b = 2");
        String all = Settings.read(
                folder.resolve("a.conf"),
                List.of("l=[1, 2]", "s={x=3}", "a=${b}"),
                s -> s.seeds("l", List.of()) + s.section("s").string("x") + s.string("a") + s.string("b"));
        assertThat(all).isEqualTo("[1, 2]322");
    }

    private static String both(Settings settings) {
        return settings.string("a") + " " + settings.string("b");
    }

    private String problem(String name) {
        return catchThrowableOfType(
                        ConfigException.class,
                        () -> Settings.read(folder.resolve(name), List.of(), HoconFileTest::both))
                .problems()
                .get(0);
    }

    private void write(String name, String text) throws Exception {
        Files.writeString(folder.resolve(name), text);
    }
}
