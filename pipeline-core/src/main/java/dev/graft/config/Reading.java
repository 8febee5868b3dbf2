// SPDX-License-Identifier: Apache-2.0
package dev.graft.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What all sections of one configuration share while it is read.
 *
 * @param locate where a file or folder that a key names lies on this machine
 * @param problems found so far
 * @param files that were read, as they were given, by the path of their key
 * @param promised folders that are made before what is read here is used, by the path of their key
 * @param replaced sections that stand in the place of a key once it is read, by its path
 * @param values that were read, by the path of their key
 * @param lacking what is not there, of sections that are optional, by the path of its key
 * @param leftOut why a section was left out, by its path
 */
record Reading(
        Function<String, Path> locate,
        List<String> problems,
        SortedMap<String, String> files,
        SortedMap<String, String> promised,
        SortedMap<String, Replacement> replaced,
        SortedMap<String, String> values,
        SortedMap<String, String> lacking,
        SortedMap<String, String> leftOut) {
    Reading(Function<String, Path> locate) {
        this(
                locate,
                new ArrayList<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>());
    }

    /**
     * What takes the place of a key.
     *
     * @param key in the same section
     */
    record Replacement(String key, Map<String, String> section) {}

    /** Goes on without a section. */
    void leaveOut(String path, String why) {
        leftOut.put(path, why);
        lacking.keySet().removeIf(key -> key.startsWith(path + "."));
        files.keySet().removeIf(key -> key.startsWith(path + "."));
        promised.keySet().removeIf(key -> key.startsWith(path + "."));
    }

    /** Those of a section; all where the path is empty. */
    static SortedMap<String, String> below(SortedMap<String, String> all, String path) {
        SortedMap<String, String> below = new TreeMap<>(all);
        below.keySet().removeIf(key -> !path.isEmpty() && !key.startsWith(path + "."));
        return below;
    }

    /**
     * A value without the sections that were left out, and with those that take the place of keys.
     *
     * @param at its path
     */
    ConfigValue present(ConfigValue value, String at) {
        if (value instanceof ConfigObject object) {
            ConfigObject all = object;
            for (String key : object.keySet()) {
                String path = at.isEmpty() ? key : at + "." + key;
                Replacement other = replaced.get(path);
                all = other == null
                        ? all.withValue(key, present(object.get(key), path))
                        : all.withoutKey(key).withValue(other.key, ConfigValueFactory.fromMap(other.section));
            }
            return all;
        }
        if (value instanceof ConfigList list) {
            List<Object> rest = new ArrayList<>();
            for (int i = 0; i < list.size(); i++) {
                String place = at + "[" + i + "]";
                if (!leftOut.containsKey(place)) {
                    rest.add(present(list.get(i), place).unwrapped());
                }
            }
            return ConfigValueFactory.fromIterable(rest);
        }
        return value;
    }
}
