// SPDX-License-Identifier: Apache-2.0
package dev.graft.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.config.ConfigException;
import dev.graft.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PulledTest {
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    @TempDir
    Path cache;

    @Test
    void aRepositoryIsFoundByTheRevisionThatWasPulled() throws IOException {
        Path folder = Files.createDirectories(cache.resolve("hub/some--tiny/" + COMMIT));
        Path references = Files.createDirectories(cache.resolve("hub/some--tiny/refs"));
        Files.writeString(references.resolve("main"), COMMIT + "\n");
        assertThat(Pulled.in(cache, "some/tiny")).contains(folder);
        assertThat(Pulled.in(cache, "some/tiny@main")).contains(folder);
        assertThat(Pulled.in(cache, "some/tiny@v1")).isEmpty();
        assertThat(Pulled.in(cache, "some/other")).isEmpty();
        assertThat(Pulled.in(cache, "smollm2")).isEmpty();
    }

    @Test
    void aModelThatIsNotThereSaysHowToGetIt() {
        assertThat(problem("models/none")).contains("given \"models/none\"").contains("graft pull models/none");
        assertThat(problem("smollm2@x")).contains("allowed is a folder that can be read, or the name of a model");
        assertThat(problem("../none")).doesNotContain("graft pull");
    }

    private static String problem(String model) {
        ConfigException e = Assertions.catchThrowableOfType(
                ConfigException.class, () -> Settings.parse("model = \"" + model + "\"", root -> root.model("model")));
        return e.problems().get(0);
    }
}
