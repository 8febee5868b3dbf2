// SPDX-License-Identifier: Apache-2.0
package dev.graft.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One file system. A path is a text as a user writes it, with or without a scheme, and is never escaped: a space,
 * {@code %}, {@code #} or a bracket in it is a char of a name. Only {@link #glob} gives a meaning to some of them.
 */
public interface Storage {
    /**
     * A file or a folder.
     *
     * @param changed in milliseconds since 1970
     */
    record Entry(String path, String name, boolean isFolder, long bytes, long changed) {}

    /** The one name of a place, by which two paths can be compared; never ends with a slash. */
    String absolute(String path);

    /** What Spark and Hadoop are to be given as a path. */
    String uri(String path);

    /** What lies at a path, if anything does. */
    Optional<Entry> entry(String path) throws IOException;

    /** What lies in a folder, by name; nothing where there is no folder. */
    List<Entry> list(String folder) throws IOException;

    /**
     * What lies at a path; where there is nothing, what a pattern of {@code *}, {@code ?}, {@code [..]} and {@code {..}} names.
     *
     * @throws IOException if it is no pattern
     */
    List<Entry> glob(String pattern) throws IOException;

    InputStream open(String file) throws IOException;

    /** Writes a file, in place of one that is there, and the folders above it. */
    OutputStream create(String file) throws IOException;

    /** Writes a file unless there is one already, of two that do so at a time only one. */
    boolean createNew(String file, byte[] content) throws IOException;

    void makeFolder(String folder) throws IOException;

    /** Renames; replaces a file, but no folder. */
    void move(String from, String to) throws IOException;

    /** Deletes a file or a folder with all that is in it; nothing happens where there is none. */
    void delete(String path) throws IOException;

    /** A checksum that the file system keeps of a file's content, where it does. */
    default Optional<String> checksum(String file) throws IOException {
        return Optional.empty();
    }

    default boolean exists(String path) throws IOException {
        return entry(path).isPresent();
    }

    default String child(String folder, String name) {
        return folder.endsWith("/") ? folder + name : folder + "/" + name;
    }

    /** All files below a folder, or the one file, by path; none whose name begins with a dot or an underscore. */
    default List<Entry> files(Entry entry) throws IOException {
        if (!entry.isFolder()) {
            return List.of(entry);
        }
        List<Entry> files = new ArrayList<>();
        for (Entry each : list(entry.path())) {
            if (!each.name().startsWith(".") && !each.name().startsWith("_")) {
                files.addAll(files(each));
            }
        }
        return files;
    }

    /** Writes beside a file and renames, so that no reader sees half a file. */
    default void write(String file, byte[] content) throws IOException {
        String draft = file + ".draft";
        try (OutputStream out = create(draft)) {
            out.write(content);
        }
        move(draft, file);
    }

    default byte[] read(String file) throws IOException {
        try (InputStream in = open(file)) {
            return in.readAllBytes();
        }
    }

    /** Copies a file, or a folder with the files in it, to another place. */
    static void copy(Place from, Place to) throws IOException {
        Entry entry = from.storage()
                .entry(from.path())
                .orElseThrow(() -> new FileNotFoundException("there is nothing at " + from));
        for (Entry file : from.storage().files(entry)) {
            String target = to.path() + file.path().substring(entry.path().length());
            try (InputStream in = from.storage().open(file.path());
                    OutputStream out = to.storage().create(target)) {
                in.transferTo(out);
            }
        }
    }

    /**
     * Puts a finished folder, or file, in place of another. The old one stands aside until the new one stands; what a kill
     * leaves is put right by {@link #settle}.
     */
    default void replace(String draft, String target) throws IOException {
        settle(target);
        String aside = target + ".old";
        if (exists(target)) {
            move(target, aside);
        }
        move(draft, target);
        delete(aside);
    }

    /** Ends a {@link #replace} that was killed: a folder that stands aside comes back unless a new one has its place. */
    default void settle(String target) throws IOException {
        String aside = target + ".old";
        if (!exists(aside)) {
            return;
        }
        if (exists(target)) {
            delete(aside);
        } else {
            move(aside, target);
        }
    }
}
