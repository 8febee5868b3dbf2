// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs;

import com.typesafe.config.ConfigUtil;
import dev.graft.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What every command with a configuration takes: the file, and overrides of its keys. */
public final class Arguments {
    @Parameters(index = "0", paramLabel = "CONF", description = "a HOCON file; conf/reference.conf has each key")
    private Path conf = Path.of("");

    @Parameters(index = "1..*", paramLabel = "key=value", description = "overrides, later ones win")
    private List<String> overrides = List.of();

    @Option(names = "--stage", paramLabel = "NAME", description = "the one of several stages that the command is for")
    private Optional<String> stage = Optional.empty();

    /** What a command reads of one stage of the recipe: the named one, or the only one that it is for. */
    public <T> T readStage(BiFunction<Settings, Optional<String>, T> reader) {
        return read(root -> reader.apply(root, stage));
    }

    /**
     * What a command reads of the configuration.
     *
     * @throws dev.graft.config.ConfigException with all problems at once
     */
    public <T> T read(Function<Settings, T> reader) {
        return Settings.read(conf, overrides, Storages::local, reader);
    }

    /** The configuration as HOCON that another one begins with: the file is included, and what overrides it stands behind. */
    public String included() {
        StringBuilder included = new StringBuilder(
                "include file(" + ConfigUtil.quoteString(conf.toAbsolutePath().toString()) + ")");
        for (String override : overrides) {
            int equals = override.indexOf('=');
            String value = override.substring(equals + 1);
            included.append('\n')
                    .append(override, 0, equals)
                    .append(" = ")
                    .append(value.matches("(?s)\\s*[\\[{\"].*") ? value : ConfigUtil.quoteString(value));
        }
        return included.toString();
    }
}
