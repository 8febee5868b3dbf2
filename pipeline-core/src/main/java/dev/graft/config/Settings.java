// SPDX-License-Identifier: Apache-2.0
package dev.graft.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException.WrongType;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A section of a HOCON file while it is being read. Each getter consumes its key; what is left over when
 * {@link #read} ends is unknown, and is reported together with every wrong type, value out of range and missing
 * key. A getter that finds a problem notes it and answers a value within bounds, so that reading goes on.
 */
public final class Settings {
    private final Config config;
    private final String path;
    private final String place;
    private final List<String> problems;
    private final List<Path> files;
    private final Set<String> known = new LinkedHashSet<>();
    private final List<Settings> sections = new ArrayList<>();

    private Settings(Config config, String path, String place, List<String> problems, List<Path> files) {
        this.files = files;
        this.config = config;
        this.path = path;
        this.place = place;
        this.problems = problems;
    }

    /**
     * Reads a file with overrides into a record.
     *
     * @param overrides {@code key=value}, later ones win over earlier ones and over the file
     * @throws ConfigException with all problems at once
     */
    public static <T> T read(Path file, List<String> overrides, Function<Settings, T> reader) {
        return read(load(file, overrides), file.toString(), reader);
    }

    /** As {@link #read(Path, List, Function)}, of a text. */
    public static <T> T parse(String text, Function<Settings, T> reader) {
        return read(ConfigFactory.parseString(text).resolve(), "text", reader);
    }

    private static <T> T read(Config config, String place, Function<Settings, T> reader) {
        Settings root = new Settings(config, "", place, new ArrayList<>(), new ArrayList<>());
        Optional<T> result = Optional.empty();
        try {
            result = Optional.of(reader.apply(root));
        } catch (IllegalArgumentException e) {
            // A record that refuses a stand-in value says nothing that the noted problems do not say better.
            if (root.problems.isEmpty()) {
                root.problems.add(place + ": " + e.getMessage());
            }
        }
        root.reportUnknownKeys();
        if (!root.problems.isEmpty() || result.isEmpty()) {
            throw new ConfigException(root.problems);
        }
        return result.get();
    }

    private static Config load(Path file, List<String> overrides) {
        if (!Files.isRegularFile(file)) {
            throw new ConfigException(List.of(file + ": no such file"));
        }
        List<String> problems = new ArrayList<>();
        Config config = ConfigFactory.empty();
        for (String override : overrides) {
            try {
                if (override.indexOf('=') < 1) {
                    throw new IllegalArgumentException("not of the form key=value");
                }
                config = parseOverride(override).withFallback(config);
            } catch (com.typesafe.config.ConfigException | IllegalArgumentException e) {
                problems.add("command line: \"" + override + "\" can't be read: " + e.getMessage());
            }
        }
        try {
            config = config.withFallback(ConfigFactory.parseFile(file.toFile())).resolve();
        } catch (com.typesafe.config.ConfigException e) {
            problems.add(e.getMessage());
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return config;
    }

    /** A value that is no HOCON by itself, such as a path with a colon, is taken as a plain string. */
    private static Config parseOverride(String override) {
        int equals = override.indexOf('=');
        String key = override.substring(0, equals);
        String value = override.substring(equals + 1);
        var options = com.typesafe.config.ConfigParseOptions.defaults().setOriginDescription("command line");
        try {
            return ConfigFactory.parseString(key + " = " + value, options);
        } catch (com.typesafe.config.ConfigException e) {
            return ConfigFactory.parseString(key + " = " + ConfigUtil.quoteString(value), options);
        }
    }

    public boolean has(String key) {
        known.add(key);
        return config.hasPath(ConfigUtil.quoteString(key));
    }

    public String string(String key) {
        return get(key, Config::getString, "text").orElseGet(() -> missing(key, "a text", ""));
    }

    public String string(String key, String fallback) {
        return get(key, Config::getString, "text").orElse(fallback);
    }

    public Optional<String> optionalString(String key) {
        return get(key, Config::getString, "text");
    }

    /** A path of a file that is there; required. */
    public Path file(String key) {
        String given = string(key);
        Path file = Path.of(given);
        files.add(file);
        return given.isEmpty() || Files.isRegularFile(file) ? file : problem(key, "a file that can be read", file);
    }

    /** A path of a folder that is there; required. */
    public Path folder(String key) {
        String given = string(key);
        Path folder = Path.of(given);
        files.add(folder);
        return given.isEmpty() || Files.isDirectory(folder)
                ? folder
                : problem(key, "a folder that can be read", folder);
    }

    /** The files and folders that were read in all sections so far. */
    public List<Path> files() {
        return List.copyOf(files);
    }

    public List<String> strings(String key, List<String> fallback) {
        return get(key, Config::getStringList, "list of texts").orElse(fallback);
    }

    public boolean flag(String key, boolean fallback) {
        return get(key, Config::getBoolean, "true or false").orElse(fallback);
    }

    public long seed(String key, long fallback) {
        return get(key, Config::getLong, "whole number").orElse(fallback);
    }

    public List<Long> seeds(String key, List<Long> fallback) {
        return get(key, Config::getLongList, "list of whole numbers").orElse(fallback).stream()
                .map(Number::longValue)
                .toList();
    }

    /** A whole number from {@code min} to {@code max}, both inclusive. */
    public int integer(String key, int fallback, int min, int max) {
        int value = get(key, Config::getInt, "whole number").orElse(fallback);
        return value >= min && value <= max
                ? value
                : problem(key, "a whole number from " + min + " to " + max, fallback);
    }

    /** A number from {@code min} to {@code max}, both inclusive. */
    public double number(String key, double fallback, double min, double max) {
        double value = get(key, Config::getDouble, "number").orElse(fallback);
        return value >= min && value <= max ? value : problem(key, "a number from " + min + " to " + max, fallback);
    }

    /** A constant of an enum, written in kebab-case. */
    public <E extends Enum<E>> E choice(String key, Class<E> type, E fallback) {
        Optional<String> given = get(key, Config::getString, "text");
        if (given.isEmpty()) {
            return fallback;
        }
        List<E> constants = List.of(type.getEnumConstants());
        return constants.stream()
                .filter(constant -> name(constant).equals(given.get()))
                .findFirst()
                .orElseGet(() -> problem(
                        key,
                        "one of " + constants.stream().map(Settings::name).collect(Collectors.joining(", ")),
                        fallback));
    }

    /** The name of an enum's constant in a configuration: {@code LENGTH_RATIO} is {@code length-ratio}. */
    public static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A section; where the key is missing, an empty one. */
    public Settings section(String key) {
        Config section = get(key, Config::getConfig, "section { ... }").orElse(ConfigFactory.empty());
        return nested(section, key, has(key) ? place(key) : place);
    }

    /** A list of sections; where the key is missing, an empty one. */
    public List<Settings> sections(String key) {
        List<? extends Config> found =
                get(key, Config::getConfigList, "list of sections [ { ... } ]").orElse(List.of());
        List<Settings> result = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            Config section = found.get(i);
            result.add(
                    nested(section, key + "[" + i + "]", describe(section.root().origin())));
        }
        return result;
    }

    /** Notes a problem with a key's value, and goes on with {@code standIn}. */
    public <T> T problem(String key, String allowed, T standIn) {
        String given = has(key) ? "given " + render(key) : "given nothing";
        problems.add(place(key) + ": " + full(key) + ": " + given + "; allowed is " + allowed);
        return standIn;
    }

    /** The names of the keys that stand in this section. */
    public Set<String> keys() {
        return config.root().keySet();
    }

    /** Everything that was set, as one line of JSON with sorted keys; equal settings give equal texts. */
    public String canonical() {
        return config.root().render(ConfigRenderOptions.concise());
    }

    /** As {@link #canonical()}, without some keys. */
    public String canonicalWithout(List<String> keys) {
        ConfigObject rest = config.root();
        for (String key : keys) {
            rest = rest.withoutKey(key);
        }
        return rest.render(ConfigRenderOptions.concise());
    }

    private Settings nested(Config section, String key, String where) {
        Settings nested = new Settings(section, full(key), where, problems, files);
        sections.add(nested);
        return nested;
    }

    private <T> Optional<T> get(String key, BiFunction<Config, String, T> getter, String type) {
        if (!has(key)) {
            return Optional.empty();
        }
        try {
            return Optional.of(getter.apply(config, ConfigUtil.quoteString(key)));
        } catch (WrongType | com.typesafe.config.ConfigException.BadValue e) {
            problem(key, "a " + type, key);
            return Optional.empty();
        }
    }

    private <T> T missing(String key, String allowed, T standIn) {
        if (!has(key)) {
            problems.add(place + ": " + full(key) + " is missing; it takes " + allowed);
        }
        return standIn;
    }

    private void reportUnknownKeys() {
        for (String key : config.root().keySet()) {
            if (!known.contains(key)) {
                problems.add(place(key) + ": " + full(key) + " is not a known key" + suggestion(key));
            }
        }
        sections.forEach(Settings::reportUnknownKeys);
    }

    private String suggestion(String key) {
        return known.stream()
                .min(Comparator.comparingInt(candidate -> editDistance(candidate, key)))
                .filter(nearest -> editDistance(nearest, key) <= Math.max(2, key.length() / 3))
                .map(nearest -> "; did you mean \"" + nearest + "\"?")
                .orElse("; known here: " + known.stream().sorted().collect(Collectors.joining(", ")));
    }

    private String full(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private String place(String key) {
        ConfigValue value = config.root().get(key);
        return value == null ? place : describe(value.origin());
    }

    private static String describe(ConfigOrigin origin) {
        String file = origin.filename();
        if (file == null) {
            return origin.description().replaceFirst(": \\d+$", "");
        }
        String name = String.valueOf(Path.of(file).getFileName());
        return origin.lineNumber() > 0 ? name + ":" + origin.lineNumber() : name;
    }

    private String render(String key) {
        return config.getValue(ConfigUtil.quoteString(key)).render(ConfigRenderOptions.concise());
    }

    /** Levenshtein distance, two rows at a time. */
    private static int editDistance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(substitution, 1 + Math.min(previous[j], row[j - 1]));
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
