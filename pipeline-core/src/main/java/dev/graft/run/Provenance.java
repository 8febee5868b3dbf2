// SPDX-License-Identifier: Apache-2.0
package dev.graft.run;

import dev.graft.storage.Content;
import dev.graft.storage.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All that the result of a step depends on, and nothing else: neither where it is written nor how the work is spread.
 *
 * @param settings as they were read, defaults included, by the path of the key
 * @param inputs files that were read, by the path of the key that names them: what they hold counts, not where they lie
 */
public record Provenance(SortedMap<String, String> settings, SortedMap<String, Content> inputs) {
    public Provenance {
        settings = new TreeMap<>(settings);
        inputs = new TreeMap<>(inputs);
        settings.keySet().removeAll(inputs.keySet());
    }

    /** The same for equal provenances alone. */
    public String fingerprint() {
        StringBuilder all = new StringBuilder();
        settings.forEach(
                (key, value) -> all.append(key).append('\0').append(value).append('\0'));
        inputs.forEach((key, content) ->
                all.append(key).append('\0').append(content.hash()).append('\0'));
        return Sha256.of(all.toString());
    }

    /** What differs from another, a line each: the key, what is there and what is given. */
    public List<String> differences(Provenance there) {
        List<String> differences = new ArrayList<>(differences(there.settings, settings));
        Map<String, String> theirs = new TreeMap<>();
        there.inputs.forEach((key, content) -> theirs.put(key, shown(content, inputs.get(key))));
        Map<String, String> ours = new TreeMap<>();
        inputs.forEach((key, content) -> ours.put(key, shown(content, there.inputs.get(key))));
        differences.addAll(differences(theirs, ours));
        return differences;
    }

    /** The same content at another path is no difference. */
    private static String shown(Content content, @Nullable Content other) {
        return other != null && other.hash().equals(content.hash()) ? content.hash() : content.toString();
    }

    private static List<String> differences(Map<String, String> there, Map<String, String> given) {
        TreeSet<String> keys = new TreeSet<>(there.keySet());
        keys.addAll(given.keySet());
        List<String> differences = new ArrayList<>();
        for (String key : keys) {
            String old = there.getOrDefault(key, "nothing");
            String now = given.getOrDefault(key, "nothing");
            if (!old.equals(now)) {
                differences.add(key + ": there " + old + ", given " + now);
            }
        }
        return differences;
    }

    /** Without some of the settings. */
    public Provenance without(Predicate<String> keys) {
        SortedMap<String, String> rest = new TreeMap<>(settings);
        rest.keySet().removeIf(keys);
        return new Provenance(rest, inputs);
    }
}
