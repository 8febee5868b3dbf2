// SPDX-License-Identifier: Apache-2.0
package dev.graft.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumbersTest {
    private record Read(long seed, int epochs, double alpha, List<Long> seeds) {
        static Read of(Settings settings) {
            return new Read(
                    settings.seed("seed", 42),
                    settings.integer("epochs", 10, 1, 1000),
                    settings.number("alpha", 0.1, 0, 1),
                    settings.seeds("seeds", List.of(1L)));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "7, 7",
        "-7, -7",
        "1e3, 1000",
        "2.0, 2",
        "9223372036854775807, 9223372036854775807",
        "-9223372036854775808, -9223372036854775808",
        "0e999999999, 0",
        "120e-1, 12",
        "\"5\", 5"
    })
    void aWholeNumberIsTakenExactly(String given, long expected) {
        assertThat(Settings.parse("seed = " + given, Read::of).seed()).isEqualTo(expected);
        assertThat(Settings.parse("seeds = [" + given + "]", Read::of).seeds()).containsExactly(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e20",
                "1e999999999",
                "1e99999999999999999999",
                "-1e400",
                "9223372036854775808",
                "0.5",
                "1e-3",
                "-2.5",
                "NaN",
                "Infinity",
                "-Infinity",
                "0x10",
                "1d",
                "7L",
                "seven",
                "true",
                "[1]",
                "{ a = 1 }",
                "\"\"",
                "1 2",
                "99999999999999999999999999999999999999999999999999"
            })
    void whatIsNoWholeNumberIsRefusedAtOnceAndNeverCutOff(String given) {
        Assertions.assertTimeout(Duration.ofSeconds(5), () -> {
            assertThat(problems("seed = " + given))
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("text:1: seed: given ", "whole");
            assertThat(problems("epochs = " + given))
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("epochs", "from 1 to 1000");
            assertThat(problems("seeds = [1, " + given + "]"))
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("seeds");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "0.5", "1e-3", ".5", "5e-1", "0.1000000000000000055511151231257827"})
    void aNumberIsTaken(String given) {
        assertThat(Settings.parse("alpha = " + given, Read::of).alpha()).isEqualTo(Double.parseDouble(given));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NaN",
                "Infinity",
                "1e400",
                "1e999999999",
                "1e-400",
                "-1e-9",
                "1.0000001",
                "0.5f",
                "0x1p-2",
                "half"
            })
    void whatIsNoNumberWithinBoundsIsRefused(String given) {
        assertThat(problems("alpha = " + given)).hasSize(1).first().asString().contains("alpha: given", "0.0 to 1.0");
    }

    @Test
    void thereIsNoNegativeZero() {
        double zero = Settings.parse("alpha = -0.0", settings -> settings.number("alpha", 1, 0, 1));
        assertThat(1 / zero).isPositive();
    }

    private static List<String> problems(String text) {
        return catchThrowableOfType(ConfigException.class, () -> Settings.parse(text, Read::of))
                .problems();
    }
}
