// SPDX-License-Identifier: Apache-2.0
package dev.graft.run;

import dev.graft.config.Settings;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One step of a recipe, before its kind has read it.
 *
 * @param name by which other stages call it, and its folder below the run's
 * @param settings its section; {@code name} and {@code kind} are read
 * @param folder below the run's directory; empty for what augments or searches at the top of the file
 */
public record Stage(String name, Kind kind, Settings settings, String folder) {
    /** What a stage does. */
    public enum Kind {
        /** Rows in, rows and their copies out. */
        AUGMENT,
        /** Rows in, weights out. */
        TRAIN,
        /** Rows of many tasks in, weights out from which a new task is learnt in few steps. */
        META_LEARN,
        /** Which augmentation suits the corpus, by its validation part. */
        SEARCH
    }

    /** Whether its section stands at the top of the file, and not in {@code stages}. */
    public boolean isAtTheTop() {
        return settings.path().equals(name);
    }

    /** Whether it trains with an objective of this kind. */
    public boolean teaches(String objective) {
        return settings.said("objective", "kind").equals(Optional.of(objective));
    }

    /** What it writes lies below the run. */
    public Recipe of(Recipe run) {
        return folder.isEmpty() ? run : run.at(run.out() + "/" + folder);
    }

    /** Values or files by the path of their key, under the kind's name in the place of the stage's: a name is no setting. */
    public SortedMap<String, String> renamed(SortedMap<String, String> all) {
        SortedMap<String, String> renamed = new TreeMap<>();
        String path = settings.path();
        all.forEach((key, value) ->
                renamed.put(key.startsWith(path) ? Settings.name(kind) + key.substring(path.length()) : key, value));
        renamed.remove(Settings.name(kind) + ".name");
        renamed.remove(Settings.name(kind) + ".kind");
        return renamed;
    }
}
