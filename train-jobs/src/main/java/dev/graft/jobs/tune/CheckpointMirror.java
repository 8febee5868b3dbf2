// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import dev.graft.storage.Place;
import dev.graft.storage.Storage;
import dev.graft.train.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Keeps a copy of a checkpoint, which the engine reads and writes as a file of this machine, where the run lies: a task that is
 * run again on another machine goes on from there.
 */
public final class CheckpointMirror implements Progress {
    private final Place here;
    private final Place there;
    private List<Storage.Entry> copied;

    private CheckpointMirror(Place here, Place there, List<Storage.Entry> copied) {
        this.here = here;
        this.there = there;
        this.copied = copied;
    }

    /**
     * Brings what an earlier attempt left.
     *
     * @param here folder of the checkpoint on this machine, which is not there yet
     * @param there its copy
     */
    public static CheckpointMirror of(Place here, Place there) throws IOException {
        there.storage().settle(there.path());
        if (!there.exists()) {
            return new CheckpointMirror(here, there, List.of());
        }
        Storage.copy(there, here);
        return new CheckpointMirror(here, there, here.storage().list(here.path()));
    }

    /** A checkpoint that was written after an earlier step is copied at this one. */
    @Override
    public void after(Step step) {
        try {
            List<Storage.Entry> now = here.exists() ? here.storage().list(here.path()) : List.of();
            if (!now.equals(copied)) {
                Place draft = new Place(there.storage(), there.path() + ".draft");
                draft.storage().delete(draft.path());
                Storage.copy(here, draft);
                there.storage().replace(draft.path(), there.path());
                copied = now;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't copy the checkpoint to " + there + ": " + e, e);
        }
    }
}
