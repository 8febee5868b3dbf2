// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.read;

import dev.graft.corpus.InputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.jspecify.annotations.Nullable;

/**
 * The files that a path stands for: itself, all below it where it is a folder, or those that it matches as a pattern where
 * nothing has its very name. In a folder, what begins with {@code _} or {@code .} is left out, as Hadoop does.
 *
 * @param given the path as it stands in the configuration
 * @param root the folder, if it is one, else null
 * @param files by their path
 */
public record InputFiles(String given, @Nullable Path root, List<FileStatus> files) {
    public InputFiles {
        files = List.copyOf(files);
    }

    /**
     * Looks for the files.
     *
     * @param key of the configuration, for messages
     * @throws InputException if there is none
     */
    static InputFiles of(Configuration hadoop, String key, String given) {
        try {
            Path path = path(given);
            FileSystem system = path.getFileSystem(hadoop);
            List<FileStatus> found = new ArrayList<>();
            @Nullable FileStatus self = status(system, path);
            if (self != null) {
                add(system, self, found);
            } else {
                FileStatus[] matched = system.globStatus(path);
                for (FileStatus each : matched == null ? new FileStatus[0] : matched) {
                    add(system, each, found);
                }
                if (matched == null || matched.length == 0) {
                    throw new InputException(key + ": no such file or directory: " + given);
                }
            }
            if (found.isEmpty()) {
                throw new InputException(
                        key + ": no file in " + given + "; what begins with _ or . is not taken for one of the corpus");
            }
            for (FileStatus each : found) {
                if (each.getPath().getName().contains(":")) {
                    throw new InputException(key + ": " + name(each.getPath())
                            + " has a \":\" in its name, which Hadoop can't open; allowed is any other name");
                }
            }
            found.sort(Comparator.comparing(each -> each.getPath().toString()));
            return new InputFiles(given, self != null && self.isDirectory() ? self.getPath() : null, found);
        } catch (IOException | IllegalArgumentException e) {
            throw new InputException(key + ": can't read " + given + ": " + e.getMessage());
        }
    }

    /** A path without a scheme is no URI: whatever stands in it is part of a name. */
    private static Path path(String given) {
        return given.matches("[a-zA-Z][a-zA-Z0-9+.-]+:/.*") ? new Path(given) : new Path(null, null, given);
    }

    private static @Nullable FileStatus status(FileSystem system, Path path) throws IOException {
        try {
            return system.getFileStatus(path);
        } catch (FileNotFoundException e) {
            return null;
        }
    }

    private static void add(FileSystem system, FileStatus each, List<FileStatus> files) throws IOException {
        if (each.isFile()) {
            files.add(each);
            return;
        }
        for (FileStatus inside : system.listStatus(each.getPath())) {
            String name = inside.getPath().getName();
            if (!name.startsWith("_") && !name.startsWith(".")) {
                add(system, inside, files);
            }
        }
    }

    /** A file's bytes, unpacked where its name ends as that of a packed one does. */
    static InputStream open(Configuration hadoop, Path file) throws IOException {
        return unpacked(hadoop, file, file.getFileSystem(hadoop).open(file));
    }

    static InputStream unpacked(Configuration hadoop, Path file, InputStream bytes) throws IOException {
        CompressionCodec codec = new CompressionCodecFactory(hadoop).getCodec(file);
        return codec == null ? bytes : codec.createInputStream(bytes);
    }

    /** As the user knows it. */
    static String name(Path file) {
        return "file".equals(file.toUri().getScheme()) ? file.toUri().getPath() : file.toString();
    }

    /** What a file that can't be read is said to be. */
    static InputException unreadable(String file, Exception cause) {
        return new InputException(
                file + " can't be read: " + (cause.getMessage() == null ? cause : cause.getMessage()));
    }
}
