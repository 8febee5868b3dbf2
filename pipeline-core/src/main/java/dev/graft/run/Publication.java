// SPDX-License-Identifier: Apache-2.0
package dev.graft.run;

import dev.graft.corpus.InputException;
import dev.graft.storage.Extent;
import dev.graft.storage.Storage;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The parts of a finished step on their way from the staging folder into place. Once this note of them is written, the step
 * is done: whoever finds the note carries out what is left, as often as it takes. Until then the old parts stand.
 *
 * @param staging folder of the new parts
 * @param placed the new parts by name, the last of which says that the step is finished
 * @param removed old parts that have no new one
 */
record Publication(String staging, Map<String, Extent> placed, List<String> removed) {
    static final String FILE = "_publication.json";

    /** Of those parts that were staged. */
    static Publication of(Storage storage, String staging, List<String> parts) throws IOException {
        Map<String, Extent> placed = new LinkedHashMap<>();
        for (String part : parts) {
            Extent.of(storage, storage.child(staging, part)).ifPresent(extent -> placed.put(part, extent));
        }
        List<String> removed =
                parts.stream().filter(part -> !placed.containsKey(part)).toList();
        return new Publication(staging, placed, removed);
    }

    /** Puts all into place, or the rest of it. */
    void carryOut(Storage storage, String root) throws IOException {
        List<String> parts = List.copyOf(placed.keySet());
        String seal = parts.get(parts.size() - 1);
        if (storage.exists(storage.child(staging, seal))) {
            storage.delete(storage.child(root, seal));
        }
        for (String part : removed) {
            storage.delete(storage.child(root, part));
        }
        for (Map.Entry<String, Extent> part : placed.entrySet()) {
            place(storage, storage.child(staging, part.getKey()), storage.child(root, part.getKey()), part.getValue());
        }
        storage.delete(staging);
    }

    /** A file system that renames by copying leaves parts of a folder on both sides when it is killed. */
    private static void place(Storage storage, String from, String to, Extent whole) throws IOException {
        if (Extent.of(storage, from).equals(Optional.of(whole))) {
            storage.delete(to);
            storage.move(from, to);
        } else if (!Extent.of(storage, to).equals(Optional.of(whole))) {
            throw new InputException(to + " was cut off while it was put into place, and " + from
                    + " is not whole either; --force makes it again");
        }
    }
}
