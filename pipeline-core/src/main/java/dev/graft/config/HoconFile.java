// SPDX-License-Identifier: Apache-2.0
package dev.graft.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException.NotResolved;
import com.typesafe.config.ConfigException.UnresolvedSubstitution;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigMergeable;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A HOCON file with what it includes and the overrides of a command line, its substitutions resolved. */
final class HoconFile {
    private static final long MOST_BYTES = 4 << 20;
    private static final String COMMAND_LINE = "command line";

    private final Path file;
    /** The files that include this one, and itself last. */
    private final List<Path> chain;

    private HoconFile(Path file, List<Path> chain) {
        this.file = file;
        this.chain = new ArrayList<>(chain);
        this.chain.add(file.toAbsolutePath().normalize());
    }

    /** @throws ConfigException of all that can't be read */
    static Config load(Path file, List<String> overrides) {
        List<String> problems = new ArrayList<>();
        Config config = ConfigFactory.empty();
        List<String> read = new ArrayList<>();
        for (String override : overrides) {
            try {
                override(override);
                read.add(override);
            } catch (com.typesafe.config.ConfigException | IllegalArgumentException e) {
                problems.add(COMMAND_LINE + ": \"" + Secrets.redacted(override) + "\" can't be read: "
                        + Secrets.redacted(String.valueOf(e.getMessage())));
            }
        }
        try {
            config = new HoconFile(file, List.of()).parsed();
            for (String override : read) {
                config = overridden(config, override, problems);
            }
            return resolved(config, problems);
        } catch (com.typesafe.config.ConfigException e) {
            problems.add(told(e));
        } catch (Unreadable e) {
            problems.add(e.getMessage());
        } catch (StackOverflowError e) {
            problems.add(file + ": sections are nested too deeply");
        }
        throw new ConfigException(problems);
    }

    static Config text(String text) {
        List<String> problems = new ArrayList<>();
        try {
            return resolved(ConfigFactory.parseString(text, named("text")), problems);
        } catch (com.typesafe.config.ConfigException e) {
            problems.add(told(e));
        } catch (StackOverflowError e) {
            problems.add("text: sections are nested too deeply");
        }
        throw new ConfigException(problems);
    }

    private static Config resolved(Config config, List<String> problems) {
        Config resolved = ConfigFactory.empty();
        try {
            resolved = config.resolve();
        } catch (UnresolvedSubstitution e) {
            String key = keyAt(config.root(), "", e.origin())
                    .map(found -> found + ": ")
                    .orElse("");
            problems.add(place(e.origin()) + ": " + key + message(e));
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return resolved;
    }

    private Config parsed() {
        String text = content();
        DuplicateKeys.find(text).ifPresent(twice -> {
            throw new Unreadable(name() + ":" + twice.line() + ": " + twice.key() + " stands already in line "
                    + twice.first() + "; allowed is one value of each key");
        });
        return ConfigFactory.parseString(text, named(name()).setIncluder(new Included()));
    }

    private String name() {
        return String.valueOf(file.getFileName());
    }

    private String content() {
        if (!Files.isRegularFile(file)) {
            throw new Unreadable(file + ": no such file");
        }
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new Unreadable(file + " has " + Files.size(file) + " bytes; allowed are " + MOST_BYTES);
            }
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new Unreadable(file + ": not UTF-8");
        } catch (IOException e) {
            throw new Unreadable(file + ": can't be read: " + e);
        }
    }

    private static ConfigParseOptions named(String place) {
        return ConfigParseOptions.defaults().setOriginDescription(place);
    }

    /** An entry of a list is reached by its name: {@code stages.tune.epochs}. */
    private static Config overridden(Config config, String override, List<String> problems) {
        Config given = override(override);
        List<String> path = ConfigUtil.splitPath(override.substring(0, override.indexOf('=')));
        ConfigValue there = config.root().get(path.get(0));
        if (path.size() < 2 || !(there instanceof ConfigList list)) {
            return given.withFallback(config);
        }
        ConfigValue value = given.root();
        for (String key : path) {
            value = Objects.requireNonNull(((ConfigObject) value).get(key));
        }
        List<String> names = new ArrayList<>();
        List<ConfigValue> entries = new ArrayList<>();
        for (ConfigValue entry : list) {
            String name = entry instanceof ConfigObject object ? name(object).orElse("") : "";
            names.add(name);
            List<String> rest = path.subList(2, path.size());
            ConfigMergeable change = rest.isEmpty()
                    ? value
                    : value.atPath(ConfigUtil.joinPath(rest)).root();
            entries.add(name.equals(path.get(1)) ? ((ConfigObject) change).withFallback((ConfigObject) entry) : entry);
        }
        if (!names.contains(path.get(1))) {
            problems.add(COMMAND_LINE + ": " + override.substring(0, override.indexOf('=')) + ": " + path.get(0)
                    + " has no entry of that name; allowed is one of "
                    + String.join(
                            ", ", names.stream().filter(each -> !each.isEmpty()).toList()));
        }
        return config.withValue(ConfigUtil.quoteString(path.get(0)), ConfigValueFactory.fromIterable(entries));
    }

    /** The name of an entry of a list, if it has one that stands for it in a path. */
    static Optional<String> name(ConfigObject entry) {
        try {
            return Optional.ofNullable(entry.get("name"))
                    .map(ConfigValue::unwrapped)
                    .map(Object::toString)
                    .filter(name -> name.matches("[\\w-]+"));
        } catch (NotResolved e) {
            return Optional.empty();
        }
    }

    /** A list, a section, a quoted text, a number or a substitution is HOCON; all else is taken as it stands. */
    private static Config override(String override) {
        int equals = override.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("not of the form key=value");
        }
        String key = override.substring(0, equals);
        String value = override.substring(equals + 1);
        String plain = key + " = " + ConfigUtil.quoteString(value);
        if (!value.matches("(?s)\\s*(\\[.*]|\\{.*}|\".*\"|null|true|false|-?[\\d.]+([eE][+-]?\\d+)?)\\s*|.*\\$\\{.*")) {
            return ConfigFactory.parseString(plain, named(COMMAND_LINE));
        }
        try {
            return ConfigFactory.parseString(key + " = " + value, named(COMMAND_LINE));
        } catch (com.typesafe.config.ConfigException e) {
            return ConfigFactory.parseString(plain, named(COMMAND_LINE));
        }
    }

    /** The key whose value stands at a place. */
    private static Optional<String> keyAt(ConfigObject section, String path, ConfigOrigin place) {
        try {
            for (Map.Entry<String, ConfigValue> each : section.entrySet()) {
                String key = path + each.getKey();
                ConfigValue value = each.getValue();
                Optional<String> inside = Optional.empty();
                if (value instanceof ConfigObject object) {
                    inside = keyAt(object, key + ".", place);
                } else if (value instanceof ConfigList list) {
                    for (int i = 0; i < list.size() && inside.isEmpty(); i++) {
                        inside = list.get(i) instanceof ConfigObject object
                                ? keyAt(object, key + "[" + i + "].", place)
                                : Optional.empty();
                    }
                }
                if (inside.isPresent()) {
                    return inside;
                }
                if (value.origin().description().contains(place.description())) {
                    return Optional.of(key);
                }
            }
        } catch (NotResolved e) {
            // A section that is itself merged from substitutions can't be looked into.
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static String told(com.typesafe.config.ConfigException e) {
        return e.origin() == null
                ? Secrets.redacted(String.valueOf(e.getMessage()))
                : place(e.origin()) + ": " + message(e);
    }

    private static String message(com.typesafe.config.ConfigException e) {
        String message = String.valueOf(e.getMessage());
        String prefix = e.origin().description() + ": ";
        return Secrets.redacted(message.startsWith(prefix) ? message.substring(prefix.length()) : message);
    }

    /** File and line, or what else a value comes from. */
    static String place(ConfigOrigin origin) {
        String source = origin.description().replaceFirst(": \\d+(-\\d+)?$", "").replaceFirst("^merge of ", "");
        return origin.lineNumber() > 0 && !source.equals(COMMAND_LINE) ? source + ":" + origin.lineNumber() : source;
    }

    /** A file can't be used. */
    private static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unreadable(String message) {
            super(message);
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    /** Includes files beside this one, and nothing from elsewhere; one that is missing is a problem. */
    private final class Included
            implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
        @Override
        public ConfigIncluder withFallback(ConfigIncluder fallback) {
            return this;
        }

        @Override
        public ConfigObject include(ConfigIncludeContext context, String what) {
            return included(file.toAbsolutePath().resolveSibling(what), what);
        }

        @Override
        public ConfigObject includeFile(ConfigIncludeContext context, File what) {
            return included(file.toAbsolutePath().resolveSibling(what.toPath()), what.toString());
        }

        @Override
        public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
            throw new Unreadable(at(what.toString()) + "include of a URL; allowed is a file");
        }

        @Override
        public ConfigObject includeResources(ConfigIncludeContext context, String what) {
            throw new Unreadable(at(what) + "include of a resource; allowed is a file");
        }

        private ConfigObject included(Path path, String what) {
            Path found = path.normalize();
            if (!Files.isRegularFile(found)) {
                throw new Unreadable(at(what) + "include \"" + what + "\": no such file: " + found);
            }
            if (chain.contains(found)) {
                throw new Unreadable(at(what) + "include \"" + what + "\": it includes itself");
            }
            return new HoconFile(found, chain).parsed().root();
        }

        private String at(String what) {
            List<String> lines = content().lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).contains("include") && lines.get(i).contains(what)) {
                    return name() + ":" + (i + 1) + ": ";
                }
            }
            return name() + ": ";
        }
    }
}
