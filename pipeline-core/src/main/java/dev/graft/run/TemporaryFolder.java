// SPDX-License-Identifier: Apache-2.0
package dev.graft.run;

import dev.graft.storage.Place;
import dev.graft.storage.Storage;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What one process keeps below a run's staging folder while it lives, such as unpacked libraries and Spark's shuffles. A killed
 * one leaves it behind, and the next run deletes it.
 *
 * @param place named by the number of the process
 */
public record TemporaryFolder(RunDirectory run, Place place) {
    static TemporaryFolder of(RunDirectory run, Place all) {
        Place own = all.at(Long.toString(ProcessHandle.current().pid()));
        try {
            run.storage().makeFolder(own.path());
        } catch (IOException e) {
            throw run.unwritable(e);
        }
        return new TemporaryFolder(run, own);
    }

    /** Deletes something in the folder, and the folder if nothing else is in it. */
    public void delete(String name) throws IOException {
        run.storage().delete(place.at(name).path());
        if (run.storage().list(place.path()).isEmpty()) {
            delete();
        }
    }

    /** Deletes the folder, and the staging folder if nothing else is in it. */
    public void delete() throws IOException {
        run.storage().delete(place.path());
        run.deleteEmptyStaging();
    }

    /** Deletes the folders of processes that are gone. */
    static void deleteLeft(Storage storage, String all) throws IOException {
        Set<String> alive = ProcessHandle.allProcesses()
                .map(process -> Long.toString(process.pid()))
                .collect(Collectors.toCollection(TreeSet::new));
        for (Storage.Entry each : storage.list(all)) {
            if (!alive.contains(each.name())) {
                storage.delete(each.path());
            }
        }
    }
}
