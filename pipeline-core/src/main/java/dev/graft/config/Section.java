// SPDX-License-Identifier: Apache-2.0
package dev.graft.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A section as it stands in a file: its keys, where each was written, and how messages show its value.
 *
 * @param config what stands in it
 * @param path of the section from the top; empty at the top
 * @param place where it begins, {@code file:line}
 */
record Section(Config config, String path, String place) {
    private static final int MOST_SHOWN = 200;

    Set<String> keys() {
        return config.root().keySet();
    }

    boolean has(String key) {
        return config.hasPath(quoted(key));
    }

    boolean isText(String key) {
        return has(key) && value(key).valueType() == ConfigValueType.STRING;
    }

    boolean isSection(String key) {
        return has(key) && value(key).valueType() == ConfigValueType.OBJECT;
    }

    /** The text that a key of a section below holds, if it is one. */
    Optional<String> said(String section, String key) {
        return config.root().get(section) instanceof ConfigObject below
                        && below.toConfig().hasPath(quoted(key))
                        && below.toConfig().getValue(quoted(key)).unwrapped() instanceof String text
                ? Optional.of(text)
                : Optional.empty();
    }

    /** Whether a key holds {@code true}. */
    boolean isOn(String key) {
        return has(key) && value(key).unwrapped().equals(true);
    }

    /** The path of a key from the top. */
    String full(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Where a key was written; where it is missing, where the section begins. */
    String place(String key) {
        ConfigValue value = config.root().get(key);
        return value == null ? place : HoconFile.place(value.origin());
    }

    /** The section that a key holds. */
    Section below(Config section, String key) {
        return new Section(section, full(key), has(key) ? place(key) : place);
    }

    /** The sections of a list that a key holds. */
    List<Section> each(List<? extends Config> list, String key) {
        List<Section> sections = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            Config section = list.get(i);
            sections.add(new Section(
                    section,
                    full(key) + "[" + i + "]",
                    HoconFile.place(section.root().origin())));
        }
        return sections;
    }

    /**
     * The entry of a list: a section, whose name stands in its path, or a text, which is a section of that {@code name}; empty if
     * it is neither.
     */
    Optional<Section> entry(List<? extends ConfigValue> list, int index, String key) {
        ConfigValue value = list.get(index);
        String where = HoconFile.place(value.origin());
        if (value instanceof ConfigObject object) {
            String name = HoconFile.name(object).map(each -> "." + each).orElse("[" + index + "]");
            return Optional.of(new Section(object.toConfig(), full(key) + name, where));
        }
        return value.valueType() == ConfigValueType.STRING
                ? Optional.of(new Section(value.atKey("name"), full(key) + "." + value.unwrapped(), where))
                : Optional.empty();
    }

    /** What a key holds, as messages show it. */
    String shown(String key) {
        if (isOfTheEnvironment(key)) {
            return "a value of the environment";
        }
        String given = Secrets.redacted(value(key).render(ConfigRenderOptions.concise()));
        return given.length() <= MOST_SHOWN ? given : given.substring(0, MOST_SHOWN) + "...";
    }

    /** Whether what a key holds came from the environment, and is not to be told. */
    boolean isOfTheEnvironment(String key) {
        return isOfTheEnvironment(config.root().get(key));
    }

    private static boolean isOfTheEnvironment(@Nullable ConfigValue value) {
        return value != null
                && (value.origin().description().contains("env var")
                        || value instanceof ConfigList list && list.stream().anyMatch(Section::isOfTheEnvironment));
    }

    private ConfigValue value(String key) {
        return config.getValue(quoted(key));
    }

    /** A key as the configuration's library takes it, where a dot would part it. */
    static String quoted(String key) {
        return ConfigUtil.quoteString(key);
    }
}
