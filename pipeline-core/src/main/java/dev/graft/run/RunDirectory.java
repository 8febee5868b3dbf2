// SPDX-License-Identifier: Apache-2.0
package dev.graft.run;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.graft.corpus.InputException;
import dev.graft.storage.Extent;
import dev.graft.storage.LocalStorage;
import dev.graft.storage.Lock;
import dev.graft.storage.Place;
import dev.graft.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where everything of a run lies. A step writes below its {@link #staging}, and {@link #publish} moves its parts into place;
 * what has no manifest was not finished. Who writes, holds the {@link #lock}.
 *
 * @param root path of the directory, as it was given
 */
public record RunDirectory(Storage storage, String root) {
    public static final String MANIFEST = "manifest.json";

    private static final String LOCK = "_lock";
    private static final String STAGING = "_staging";
    private static final String TEMPORARY = "temporary";
    private static final int DIGITS = 16;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** The path of a file or folder of the run. */
    public String at(String name) {
        return storage.child(root, name);
    }

    /** A file or folder of the run. */
    public Place place(String name) {
        return new Place(storage, at(name));
    }

    public boolean has(String name) {
        try {
            return storage.exists(at(name));
        } catch (IOException e) {
            throw new UncheckedIOException("can't look into " + root + ": " + e, e);
        }
    }

    /**
     * Keeps other runs out until it is closed, and ends what a killed run had begun to publish.
     *
     * @param force gives up what can't be ended
     * @throws InputException if another run is at work there, or nothing can be written
     */
    public Lock lock(Clock clock, boolean force) {
        Lock lock;
        try {
            lock = Lock.take(storage, at(LOCK), clock);
        } catch (Lock.HeldException e) {
            throw new InputException("another run is at work in " + root + ": " + e.getMessage());
        } catch (IOException e) {
            throw unwritable(e);
        }
        try {
            recover(force);
            return lock;
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private void recover(boolean force) {
        try {
            if (storage.exists(at(Publication.FILE))) {
                try {
                    read(Publication.FILE, Publication.class).orElseThrow().carryOut(storage, root);
                } catch (InputException e) {
                    if (!force) {
                        throw e;
                    }
                }
                storage.delete(at(Publication.FILE));
                deleteEmptyStaging();
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /**
     * The manifest of the finished augmentation, if there is one.
     *
     * @throws InputException if it is damaged
     */
    public Optional<Manifest> manifest() {
        return read(MANIFEST, Manifest.class);
    }

    /**
     * The manifest of the finished augmentation, whose tables are as it tells.
     *
     * @throws InputException if there is none, or it or a table is damaged
     */
    public Manifest finished(List<String> tables) {
        Manifest manifest = manifest()
                .orElseThrow(() -> new InputException(
                        root + " holds no finished augmentation; first: augment with this configuration"));
        for (String table : tables) {
            Extent told = manifest.tables().get(table);
            Optional<Extent> there = extent(place(table));
            if (told == null || !there.equals(Optional.of(told))) {
                throw new InputException(at(table) + " is damaged: it has "
                        + there.map(Extent::toString).orElse("nothing") + ", and " + at(MANIFEST) + " tells of "
                        + (told == null ? "nothing" : told) + "; augment --force makes it again");
            }
        }
        return manifest;
    }

    /** Files and bytes of what lies at a path, if anything does. */
    public static Optional<Extent> extent(Place place) {
        try {
            return Extent.of(place.storage(), place.path());
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + place + ": " + e, e);
        }
    }

    /** An empty folder for a step that is not finished, on the same file system as the run; what was staged before is gone. */
    public Place staging(String step) {
        Place staging = place(STAGING).at(step);
        try {
            deleteStaged(each -> false);
            storage.makeFolder(staging.path());
            return staging;
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /**
     * Replaces the named parts by the staged ones; where none is staged, the old one goes. Until all new parts are noted,
     * the old ones stand; from then on a kill at any point leaves what the next {@link #lock} brings to its end.
     *
     * @param parts names of files and folders; the last is the one that says that the step is finished
     */
    public void publish(Place staging, List<String> parts) {
        try {
            Publication publication = Publication.of(storage, staging.path(), parts);
            if (!publication.placed().containsKey(parts.get(parts.size() - 1))) {
                throw new IllegalArgumentException("nothing staged says that the step is finished: "
                        + parts.get(parts.size() - 1) + " is missing in " + staging);
            }
            write(place(Publication.FILE), publication);
            publication.carryOut(storage, root);
            storage.delete(at(Publication.FILE));
            deleteEmptyStaging();
        } catch (IOException e) {
            throw new UncheckedIOException("can't finish the run in " + root + ": " + e, e);
        }
    }

    /**
     * The folder of a step that goes on where it was cut off; what was staged of other steps, or of this one with other
     * settings, is gone.
     *
     * @param fingerprint of all that the step depends on
     */
    public Place resumed(String step, String fingerprint) {
        Place steps = place(STAGING);
        Place staging = steps.at(step).at(fingerprint.substring(0, DIGITS));
        try {
            deleteStaged(step::equals);
            for (Storage.Entry each : storage.list(steps.at(step).path())) {
                if (!staging.path().endsWith("/" + each.name())) {
                    storage.delete(each.path());
                }
            }
            storage.makeFolder(staging.path());
            return staging;
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** All but what is still wanted, and what other processes have open. */
    private void deleteStaged(Predicate<String> wanted) throws IOException {
        for (Storage.Entry each : storage.list(at(STAGING))) {
            if (each.name().equals(TEMPORARY)) {
                TemporaryFolder.deleteLeft(storage, each.path());
            } else if (!wanted.test(each.name())) {
                storage.delete(each.path());
            }
        }
    }

    /** Clears what killed runs left that wrote to a stage's folder. */
    public void clear() {
        try {
            deleteStaged(each -> false);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** Where this process may leave files that are of no use once it has ended. */
    public TemporaryFolder temporary() {
        return TemporaryFolder.of(this, place(STAGING).at(TEMPORARY));
    }

    void deleteEmptyStaging() throws IOException {
        for (Storage.Entry step : storage.list(at(STAGING))) {
            if (step.isFolder() && storage.list(step.path()).isEmpty()) {
                storage.delete(step.path());
            }
        }
        if (storage.list(at(STAGING)).isEmpty()) {
            storage.delete(at(STAGING));
        }
    }

    /** Writes JSON to a file beside the target and renames it, so that no reader sees half a file. */
    public static void write(Place file, Object value) {
        try {
            file.write(JSON.writeValueAsBytes(value));
        } catch (IOException e) {
            throw new UncheckedIOException("can't write " + file + ": " + e, e);
        }
    }

    /** As {@link #write(Place, Object)}, on this machine. */
    public static void write(Path file, Object value) {
        write(new Place(new LocalStorage(), file.toString()), value);
    }

    /** Puts a finished folder of this machine in place of another, which stands until then. */
    public static void replace(Path draft, Path target) throws IOException {
        new LocalStorage().replace(draft.toString(), target.toString());
    }

    /** Deletes a file or a folder of this machine with all that is in it; nothing happens where there is none. */
    public static void delete(Path path) throws IOException {
        new LocalStorage().delete(path.toString());
    }

    /**
     * Reads a file of the run that {@link #write} wrote, if it is there.
     *
     * @throws InputException if it is damaged
     */
    public <T> Optional<T> read(String name, Class<T> type) {
        String file = at(name);
        try {
            if (!storage.exists(file)) {
                return Optional.empty();
            }
            T value = JSON.readValue(storage.read(file), type);
            if (value == null) {
                throw damaged(file, "it holds null");
            }
            return Optional.of(value);
        } catch (JacksonException e) {
            throw damaged(file, e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file + ": " + e, e);
        }
    }

    private static InputException damaged(String file, String how) {
        return new InputException(file + " is damaged, or of another version: " + how
                + "; what lies beside it is not trusted, --force makes it again");
    }

    InputException unwritable(IOException e) {
        return new InputException(
                "can't write below " + root + ": " + e + "; out must name a directory that is writable and has room");
    }
}
