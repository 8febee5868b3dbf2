// SPDX-License-Identifier: Apache-2.0
package dev.graft.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    private enum Device {
        AUTO,
        CPU
    }

    @TempDir
    Path folder;

    @Test
    void equalSettingsGiveEqualValuesHoweverTheyAreWritten() {
        Map<String, String> defaults = values("", 0.1);
        assertThat(defaults)
                .containsExactly(
                        Map.entry("device", "auto"),
                        Map.entry("lora.alpha", "0.1"),
                        Map.entry("lora.r", "8"),
                        Map.entry("lora.terms", "[]"));
        assertThat(values("lora { alpha = 1e-1, r = 8.0 }, device = auto", 0.1)).isEqualTo(defaults);
        assertThat(values("device = \"auto\"\nlora.r = 8\nlora { alpha = 0.10 }", 0.1))
                .isEqualTo(defaults);
        assertThat(values("", 0.2)).isNotEqualTo(defaults);
        assertThat(values("lora.alpha = 0.1", 0.2)).isEqualTo(defaults);
        assertThat(values("lora.r = 9", 0.1)).isNotEqualTo(defaults);
    }

    @Test
    void aSectionAnswersItsOwnValues() {
        Map<String, String> values = Settings.parse("a { b = x }, ab = y", settings -> {
            settings.string("ab");
            Settings section = settings.section("a");
            section.string("b");
            return section.values();
        });
        assertThat(values).containsExactly(Map.entry("a.b", "x"));
    }

    @ParameterizedTest
    @CsvSource({
        "s3a://KEY:se/cr+et@bucket/x, s3a://***@bucket/x",
        "https://me:hunter2@host:80/x, https://***@host:80/x",
        "hdfs://host:8020/a@b, hdfs://host:8020/a@b",
        "abfss://box@account.dfs.core.windows.net/x, abfss://box@account.dfs.core.windows.net/x",
        "fs.s3a.secret.key=hunter2 x, fs.s3a.secret.key=*** x",
        "\"hf_token\": \"hunter2\", \"hf_token\": \"***\"",
        "secretKey=hunter2&x=1, secretKey=***&x=1",
        "tokenizer.json: 5 tokens: none, tokenizer.json: 5 tokens: none",
        "write to me@x.org: see 12:30@noon, write to me@x.org: see 12:30@noon"
    })
    void secretsAreRedacted(String given, String expected) {
        assertThat(Secrets.redacted(given)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a = \"s3a://key:hunter2@bucket/x\"",
                "n = \"s3a://key:hunter2@bucket/x\"",
                "d = \"x://u:hunter2@h\"",
                "x://u:hunter2@h = 1",
                "a = \"x\" \"x://u:hunter2@h\" { "
            })
    void aPasswordIsRefusedAndNeverPrinted(String text) {
        ConfigException e = catchThrowableOfType(
                ConfigException.class,
                () -> Settings.parse(
                        text,
                        s -> s.string("a", "") + s.number("n", 0, 0, 1) + s.choice("d", Device.class, Device.CPU)));
        assertThat(e).isNotNull();
        assertThat(e.getMessage()).doesNotContain("hunter2");
    }

    @Test
    void aValueOfTheEnvironmentIsNeverPrinted() throws Exception {
        String secret = System.getenv("HOME");
        assertThat(secret).hasSizeGreaterThan(2);
        Path file = Files.writeString(folder.resolve("a.conf"), """
                a = ${HOME}
                b = "x"${HOME}"y"
                terms = ["y", ${HOME}]
                n = ${HOME}
                d = ${HOME}
                """);
        ConfigException e = catchThrowableOfType(
                ConfigException.class,
                () -> Settings.read(file, List.of(), s -> {
                    s.string("a");
                    s.string("b");
                    s.strings("terms", List.of());
                    assertThat(s.values())
                            .hasSize(3)
                            .allSatisfy(
                                    (key, value) -> assertThat(value).matches("from the environment, [0-9a-f]{16}"));
                    return s.integer("n", 1, 0, 2) + " " + s.choice("d", Device.class, Device.AUTO);
                }));
        assertThat(e.problems())
                .hasSize(2)
                .allSatisfy(problem -> assertThat(problem)
                        .contains("given a value of the environment")
                        .doesNotContain(secret));
    }

    private static Map<String, String> values(String text, double alpha) {
        return Settings.parse(text, settings -> {
            settings.choice("device", Device.class, Device.AUTO);
            Settings lora = settings.section("lora");
            lora.integer("r", 8, 1, 100);
            lora.number("alpha", alpha, 0, 1);
            lora.strings("terms", List.of());
            return settings.values();
        });
    }
}
