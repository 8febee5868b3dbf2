// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import dev.graft.config.Settings;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Parameters;

/** What every command takes: a configuration and overrides. */
final class Arguments {
    @Parameters(index = "0", paramLabel = "CONF", description = "a HOCON file; conf/demo.conf explains each key")
    private Path conf = Path.of("");

    @Parameters(index = "1..*", paramLabel = "key=value", description = "overrides, later ones win")
    private List<String> overrides = List.of();

    AugmentSettings settings() {
        return Settings.read(conf, overrides, AugmentSettings::read);
    }
}
