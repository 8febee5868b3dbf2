// SPDX-License-Identifier: Apache-2.0
package dev.graft.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException.WrongType;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import dev.graft.hub.Catalogue;
import dev.graft.hub.Pulled;
import dev.graft.storage.Sha256;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A section of a HOCON file while it is being read. Each getter consumes its key; what is left over when
 * {@link #read} ends is unknown, and is reported together with every wrong type, value out of range and missing
 * key. A getter that finds a problem notes it and answers a value within bounds, so that reading goes on.
 */
public final class Settings {
    private static final String OPTIONAL = "optional";

    private final Section section;
    private final boolean optional;
    private final Reading reading;
    private final Settings top;
    private final Set<String> known = new LinkedHashSet<>();
    private final List<Settings> sections = new ArrayList<>();

    private Settings(Section section, Reading reading) {
        this.section = section;
        this.optional = false;
        this.reading = reading;
        this.top = this;
    }

    private Settings(Section section, Settings around) {
        this.section = section;
        this.optional = around.optional || section.isOn(OPTIONAL);
        this.reading = around.reading;
        this.top = around.top;
    }

    /**
     * Reads a file with overrides into a record.
     *
     * @param overrides {@code key=value}, later ones win over earlier ones and over the file
     * @throws ConfigException with all problems at once
     */
    public static <T> T read(Path file, List<String> overrides, Function<Settings, T> reader) {
        return read(file, overrides, Settings::local, reader);
    }

    /**
     * As {@link #read(Path, List, Function)}, where files and folders may lie elsewhere.
     *
     * @param locate answers where a file or folder that a key names lies on this machine, and has it copied there if it must
     */
    public static <T> T read(
            Path file, List<String> overrides, Function<String, Path> locate, Function<Settings, T> reader) {
        return read(HoconFile.load(file, overrides), file.toString(), locate, reader);
    }

    /** As {@link #read(Path, List, Function)}, of a text. */
    public static <T> T parse(String text, Function<Settings, T> reader) {
        return parse(text, Settings::local, reader);
    }

    /** As {@link #read(Path, List, Function, Function)}, of a text. */
    public static <T> T parse(String text, Function<String, Path> locate, Function<Settings, T> reader) {
        return read(HoconFile.text(text), "text", locate, reader);
    }

    private static Path local(String path) {
        return path.startsWith("file:") ? Path.of(URI.create(path).getPath()) : Path.of(path);
    }

    private static <T> T read(
            Config config, String place, Function<String, Path> locate, Function<Settings, T> reader) {
        Settings root = new Settings(new Section(config, "", place), new Reading(locate));
        Optional<T> result = Optional.empty();
        try {
            result = Optional.of(reader.apply(root));
        } catch (StackOverflowError e) {
            root.reading.problems().add(place + ": sections are nested too deeply");
        } catch (IllegalArgumentException e) {
            // A record that refuses a stand-in value says nothing that the noted problems do not say better.
            if (root.reading.problems().isEmpty()) {
                root.reading.problems().add(place + ": " + e.getMessage());
            }
        }
        root.reportUnknownKeys();
        if (!root.reading.problems().isEmpty() || result.isEmpty()) {
            throw new ConfigException(
                    root.reading.problems().stream().distinct().toList());
        }
        return result.get();
    }

    public boolean has(String key) {
        known.add(key);
        return section.has(key);
    }

    public String string(String key) {
        return text(key).map(value -> seen(key, value)).orElseGet(() -> missing(key, "a text", ""));
    }

    public String string(String key, String fallback) {
        return seen(key, text(key).orElse(fallback));
    }

    public Optional<String> optionalString(String key) {
        return text(key).map(value -> seen(key, value));
    }

    /** A path of a file that is there; required. */
    public Path file(String key) {
        return path(key, "a file that can be read", Files::isRegularFile);
    }

    /** A path of a folder that is there; required. */
    public Path folder(String key) {
        return path(key, "a folder that can be read", Files::isDirectory);
    }

    /** A model: a folder that is there, or the name of one that was pulled; required. */
    public Path model(String key) {
        String given = string(key);
        Optional<Path> pulled = Pulled.in(Catalogue.cache(), given);
        pulled.ifPresent(folder -> reading.files().put(section.full(key), folder.toString()));
        return pulled.orElseGet(() -> path(key, Pulled.allowed(given), Files::isDirectory));
    }

    private Path path(String key, String allowed, Predicate<Path> isThere) {
        String given = string(key);
        if (given.isEmpty()) {
            return Path.of("");
        }
        reading.files().put(section.full(key), given);
        try {
            Path path = reading.locate().apply(given);
            if (!isThere.test(path)) {
                lacks(key, "given " + section.shown(key) + "; allowed is " + allowed);
            }
            return path;
        } catch (IllegalArgumentException e) {
            return problem(key, allowed + " (" + Secrets.redacted(String.valueOf(e.getMessage())) + ")", Path.of(""));
        }
    }

    /**
     * Notes that what a key names is not there on this machine: a problem; or, where this section or one around it has
     * {@code optional = true}, a reason to leave that section out.
     */
    public void lacks(String key, String reason) {
        String said = section.place(key) + ": " + section.full(key) + ": " + reason;
        if (optional) {
            reading.lacking().put(section.full(key), said);
        } else {
            reading.problems().add(said);
        }
    }

    /**
     * Looks at a file or folder that a key names before anything starts, where there is one.
     *
     * @param look throws where it can't be used; it reads as little as tells
     */
    public void check(String key, Path path, Consumer<Path> look) {
        if (!Files.exists(path)) {
            return;
        }
        try {
            look.accept(path);
        } catch (RuntimeException e) {
            reading.problems().add(section.place(key) + ": " + section.full(key) + ": " + e.getMessage());
        }
    }

    /** Whether what is missing in this section is a reason to leave it out, and not a problem. */
    public boolean isOptional() {
        return optional;
    }

    /** What this section and those below lack. */
    public List<String> lacking() {
        return List.copyOf(Reading.below(reading.lacking(), path()).values());
    }

    /** Goes on without this section, for what it {@link #lacking() lacks}. */
    public void leaveOut() {
        reading.leaveOut(path(), String.join("; ", lacking()));
    }

    /** The sections that were left out so far, by their path, with the reason. */
    public SortedMap<String, String> leftOut() {
        return new TreeMap<>(reading.leftOut());
    }

    /** The files and folders that were read in this section and below, as they were given, by the path of their key. */
    public SortedMap<String, String> files() {
        return Reading.below(reading.files(), path());
    }

    public List<String> strings(String key, List<String> fallback) {
        return seen(key, get(key, Config::getStringList, "list of texts").orElse(fallback));
    }

    /** A list of texts, or one text, which is a list of one. */
    public List<String> textOrTexts(String key, List<String> fallback) {
        return isText(key) ? seen(key, text(key).map(List::of).orElse(fallback)) : strings(key, fallback);
    }

    /** Whether the key's value is one text. */
    public boolean isText(String key) {
        known.add(key);
        return section.isText(key);
    }

    /** A list of lists of texts. */
    public List<List<String>> lists(String key, List<List<String>> fallback) {
        return seen(
                key,
                get(
                                key,
                                (config, path) -> config.getList(path).stream()
                                        .map(each -> each.atKey("list").getStringList("list"))
                                        .toList(),
                                "list of lists of texts [ [ ... ] ]")
                        .orElse(fallback));
    }

    public boolean flag(String key, boolean fallback) {
        return seen(key, get(key, Config::getBoolean, "true or false").orElse(fallback));
    }

    public long seed(String key, long fallback) {
        return seen(key, whole(key, Long.MIN_VALUE, Long.MAX_VALUE).orElse(fallback));
    }

    public List<Long> seeds(String key, List<Long> fallback) {
        Optional<List<String>> given = get(key, Config::getStringList, "list of whole numbers");
        if (given.isEmpty()) {
            return seen(key, fallback);
        }
        List<Long> seeds = new ArrayList<>();
        for (String each : given.get()) {
            Optional<Long> seed = Numbers.whole(each);
            if (seed.isEmpty()) {
                return problem(
                        key, "a list of whole numbers from " + Long.MIN_VALUE + " to " + Long.MAX_VALUE, fallback);
            }
            seeds.add(seed.get());
        }
        return seen(key, List.copyOf(seeds));
    }

    /** A whole number from {@code min} to {@code max}, both inclusive. */
    public int integer(String key, int fallback, int min, int max) {
        return seen(key, whole(key, min, max).map(Long::intValue).orElse(fallback));
    }

    private Optional<Long> whole(String key, long min, long max) {
        String allowed = "whole number from " + min + " to " + max;
        Optional<String> given = get(key, Config::getString, allowed);
        Optional<Long> value = given.flatMap(Numbers::whole).filter(number -> number >= min && number <= max);
        if (given.isPresent() && value.isEmpty()) {
            problem(key, "a " + allowed, key);
        }
        return value;
    }

    /** A number from {@code min} to {@code max}, both inclusive. */
    public double number(String key, double fallback, double min, double max) {
        String allowed = "number from " + min + " to " + max;
        Optional<String> given = get(key, Config::getString, allowed);
        Optional<Double> value = given.flatMap(Numbers::real).filter(number -> number >= min && number <= max);
        if (given.isPresent() && value.isEmpty()) {
            problem(key, "a " + allowed, key);
        }
        return seen(key, value.orElse(fallback));
    }

    /** A constant of an enum, written in kebab-case. */
    public <E extends Enum<E>> E choice(String key, Class<E> type, E fallback) {
        Optional<String> given = get(key, Config::getString, "text");
        if (given.isEmpty()) {
            reading.values().put(section.full(key), name(fallback));
            return fallback;
        }
        List<E> constants = List.of(type.getEnumConstants());
        E choice = constants.stream()
                .filter(constant -> name(constant).equals(given.get()))
                .findFirst()
                .orElseGet(() -> problem(
                        key,
                        "one of " + constants.stream().map(Settings::name).collect(Collectors.joining(", ")),
                        fallback));
        reading.values().put(section.full(key), name(choice));
        return choice;
    }

    /** The name of an enum's constant in a configuration: {@code LENGTH_RATIO} is {@code length-ratio}. */
    public static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The text of a key of a section, such as one by which a reader is chosen; nothing is read by that. */
    public Optional<String> said(String section, String key) {
        return this.section.said(section, key);
    }

    /** Whether the key's value is a section. */
    public boolean isSection(String key) {
        known.add(key);
        return section.isSection(key);
    }

    /** A section, the same one each time; where the key is missing, an empty one. */
    public Settings section(String key) {
        Config below = get(key, Config::getConfig, "section { ... }").orElse(ConfigFactory.empty());
        return nested(section.below(below, key));
    }

    /** A list of sections; where the key is missing, an empty one. */
    public List<Settings> sections(String key) {
        List<? extends Config> found =
                get(key, Config::getConfigList, "list of sections [ { ... } ]").orElse(List.of());
        return section.each(found, key).stream().map(this::nested).toList();
    }

    /**
     * A list of sections, each of which may be a text that stands for a section with that {@code name}; what has a name is told
     * and overridden by it: {@code stages.tune.epochs}.
     */
    public List<Settings> entries(String key) {
        String allowed = "list of names and sections [ a, { name = b } ]";
        List<? extends ConfigValue> found = get(key, Config::getList, allowed)
                .map(list -> (List<? extends ConfigValue>) list)
                .orElse(List.of());
        List<Settings> result = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            Optional<Section> entry = section.entry(found, i, key);
            if (entry.isEmpty()) {
                return problem(key, "a " + allowed, result);
            }
            result.add(nested(entry.get()));
        }
        return result;
    }

    /**
     * Notes that what a key names are folders that are made before what is read here is used. {@link #canonical} says where they lie.
     *
     * @param place of the section, in the place of the key
     * @param folders by their keys in that section
     */
    public void promise(String key, String place, Map<String, String> folders) {
        folders.forEach((name, folder) -> reading.promised().put(section.full(key) + "." + name, folder));
        reading.replaced().put(section.full(key), new Reading.Replacement(place, folders));
    }

    /** The folders of this section and those below that are made before what was read is used, by the path of their key. */
    public SortedMap<String, String> promised() {
        return Reading.below(reading.promised(), path());
    }

    /** Leaves the section to another reader: none of its keys is unknown here. */
    public void leave() {
        keys().forEach(this::has);
    }

    /** All that is read, of which this is a section. */
    public Settings top() {
        return top;
    }

    /** Whether another section is this one or stands below it. */
    public boolean holds(Settings other) {
        return other.path().equals(path()) || other.path().startsWith(path() + ".") || path().isEmpty();
    }

    /** Where this section stands, as messages tell it; empty at the top. */
    public String path() {
        return section.path();
    }

    /** Notes a problem with a key's value, and goes on with {@code standIn}. */
    public <T> T problem(String key, String allowed, T standIn) {
        String given = has(key) ? "given " + section.shown(key) : "given nothing";
        reading.problems()
                .add(section.place(key) + ": " + section.full(key) + ": " + given + "; allowed is " + allowed);
        return standIn;
    }

    /** The names of the keys that stand in this section. */
    public Set<String> keys() {
        return section.keys();
    }

    /**
     * Everything that was set but for sections that were left out, as one line of JSON with sorted keys, from which
     * {@link #parse} reads the same again.
     */
    public String canonical() {
        return reading.present(section.config().root(), path()).render(ConfigRenderOptions.concise());
    }

    /**
     * What was read in this section and below so far, defaults included, by the path of its key: equal settings give equal
     * values however they are written. Where a value comes from the environment, a hash stands in its place.
     */
    public SortedMap<String, String> values() {
        return Reading.below(reading.values(), path());
    }

    /** As {@link #values()}, of a section of this one. */
    public SortedMap<String, String> values(String section) {
        return Reading.below(reading.values(), this.section.full(section));
    }

    private Settings nested(Section below) {
        for (Settings each : sections) {
            if (each.path().equals(below.path())) {
                return each;
            }
        }
        Settings nested = new Settings(below, this);
        sections.add(nested);
        return nested;
    }

    private <T> Optional<T> get(String key, BiFunction<Config, String, T> getter, String type) {
        if (!has(key)) {
            return Optional.empty();
        }
        try {
            return Optional.of(getter.apply(section.config(), Section.quoted(key)));
        } catch (WrongType | com.typesafe.config.ConfigException.BadValue e) {
            problem(key, "a " + type, key);
            return Optional.empty();
        }
    }

    private Optional<String> text(String key) {
        Optional<String> given = get(key, Config::getString, "text");
        if (given.isPresent() && Secrets.isIn(given.get())) {
            problem(key, "no password in a URL: credentials stand in Hadoop's configuration or the environment", key);
            return Optional.empty();
        }
        return given;
    }

    /** Notes what a key was read as. */
    private <T> T seen(String key, T value) {
        String text = String.valueOf(value);
        reading.values()
                .put(
                        section.full(key),
                        section.isOfTheEnvironment(key)
                                ? "from the environment, " + Sha256.of(text).substring(0, 16)
                                : text);
        return value;
    }

    private <T> T missing(String key, String allowed, T standIn) {
        if (!has(key)) {
            reading.problems().add(section.place() + ": " + section.full(key) + " is missing; it takes " + allowed);
        }
        return standIn;
    }

    private void reportUnknownKeys() {
        for (String key : section.keys()) {
            if (!known.contains(key)) {
                reading.problems()
                        .add(section.place(key) + ": " + section.full(key) + " is not a known key"
                                + Suggestion.of(key, known));
            }
        }
        sections.forEach(Settings::reportUnknownKeys);
    }
}
