// SPDX-License-Identifier: Apache-2.0
package dev.graft.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    enum Device {
        AUTO,
        CPU
    }

    record Lora(int r, double alpha, Device device) {
        Lora {
            if (alpha < r) {
                throw new IllegalArgumentException("alpha " + alpha + " is under r " + r);
            }
        }

        static Lora read(Settings settings) {
            Settings lora = settings.section("lora");
            return new Lora(
                    lora.integer("r", 8, 1, 256),
                    lora.number("alpha", 16, 0, 1e6),
                    lora.choice("device", Device.class, Device.AUTO));
        }
    }

    @TempDir
    Path folder;

    @Test
    void defaultsStandWhereNothingIsGiven() {
        assertThat(Settings.parse("", Lora::read)).isEqualTo(new Lora(8, 16, Device.AUTO));
    }

    @Test
    void everyKeyIsMapped() {
        assertThat(Settings.parse("lora { r = 4, alpha = 32, device = cpu }", Lora::read))
                .isEqualTo(new Lora(4, 32, Device.CPU));
    }

    @Test
    void overridesWinOverTheFileAndEachOther() throws Exception {
        Path file = write("lora.r = 4");
        assertThat(Settings.read(file, List.of("lora.r=5", "lora.r=6", "lora.alpha=7"), Lora::read))
                .isEqualTo(new Lora(6, 7, Device.AUTO));
    }

    @Test
    void aPathWithAColonNeedsNoQuotes() throws Exception {
        String path = Settings.read(write(""), List.of("path=hdfs://host:8020/a b"), s -> s.string("path"));
        assertThat(path).isEqualTo("hdfs://host:8020/a b");
    }

    @Test
    void allProblemsAreReportedAtOnceWithPlaceGivenAllowedAndSuggestion() throws Exception {
        Path file = write("""
                lora {
                  r = 0
                  alpha = many
                  device = tpu
                  aplha = 3
                }
                """);
        ConfigException e =
                catchThrowableOfType(ConfigException.class, () -> Settings.read(file, List.of("zzz=1"), Lora::read));
        assertThat(e.problems())
                .containsExactlyInAnyOrder(
                        "test.conf:2: lora.r: given 0; allowed is a whole number from 1 to 256",
                        "test.conf:3: lora.alpha: given \"many\"; allowed is a number from 0.0 to 1000000.0",
                        "test.conf:4: lora.device: given \"tpu\"; allowed is one of auto, cpu",
                        "test.conf:5: lora.aplha is not a known key; did you mean \"alpha\"?",
                        "command line: zzz is not a known key; known here: lora");
    }

    @Test
    void whatARecordRefusesIsAProblemToo() {
        assertThatThrownBy(() -> Settings.parse("lora { r = 8, alpha = 1 }", Lora::read))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("alpha 1.0 is under r 8");
    }

    @Test
    void aMissingKeyAndAMissingFileAreNamed() {
        assertThatThrownBy(() -> Settings.parse("", s -> s.string("corpus")))
                .hasMessageContaining("corpus is missing; it takes a text");
        assertThatThrownBy(() -> Settings.read(folder.resolve("none.conf"), List.of(), Lora::read))
                .hasMessageContaining("none.conf: no such file");
    }

    @Test
    void brokenSyntaxIsReportedWithItsLine() throws Exception {
        Path file = write("lora {\n  r = 4\n");
        assertThatThrownBy(() -> Settings.read(file, List.of(), Lora::read))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("test.conf:3: ");
    }

    @Test
    void unknownKeysInListsOfSectionsAreFound() {
        assertThatThrownBy(() -> Settings.parse(
                        "operators = [{ operator = swap, rate = 1 }]",
                        s -> s.sections("operators").stream()
                                .map(o -> o.string("operator"))
                                .toList()))
                .hasMessageContaining("operators[0].rate is not a known key");
    }

    private Path write(String text) throws Exception {
        return Files.writeString(folder.resolve("test.conf"), text);
    }
}
