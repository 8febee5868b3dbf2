// SPDX-License-Identifier: Apache-2.0
package dev.graft.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.graft.corpus.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where everything of a run lies. A step writes below {@link #staging()}, and {@link #publish} moves its parts into
 * place with the manifest last; what has no manifest was not finished.
 */
public record RunDirectory(Path root) {
    public static final String MANIFEST = "manifest.json";

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    /** The manifest of the finished augmentation, if there is one. */
    public Optional<Manifest> manifest() {
        Path file = root.resolve(MANIFEST);
        return Files.exists(file) ? Optional.of(read(file, Manifest.class)) : Optional.empty();
    }

    /** An empty directory for what is not finished, on the same file system as the run. */
    public Path staging() {
        Path staging = root.resolve("_staging");
        try {
            delete(staging);
            return Files.createDirectories(staging);
        } catch (IOException e) {
            throw new InputException("can't write below " + root + ": " + e
                    + "; out must name a directory that is writable and has room");
        }
    }

    /** Replaces the named directories by the staged ones, where there are some, and writes the manifest after them. */
    public void publish(Path staging, List<String> parts, Manifest manifest) {
        try {
            Files.deleteIfExists(root.resolve(MANIFEST));
            for (String part : parts) {
                delete(root.resolve(part));
                if (Files.exists(staging.resolve(part))) {
                    Files.move(staging.resolve(part), root.resolve(part));
                }
            }
            write(root.resolve(MANIFEST), manifest);
            delete(staging);
        } catch (IOException e) {
            throw new UncheckedIOException("can't finish the run in " + root + ": " + e, e);
        }
    }

    /** Writes JSON to a file beside the target and renames it, so that no reader sees half a file. */
    public static void write(Path file, Object value) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".draft");
        JSON.writeValue(draft.toFile(), value);
        try {
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Reads a file that {@link #write} wrote. */
    public static <T> T read(Path file, Class<T> type) {
        try {
            return JSON.readValue(file.toFile(), type);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " is not a " + type.getSimpleName() + ": " + e.getMessage(), e);
        }
    }

    /** Replaces a directory by a copy of another, in one rename. */
    public static void copy(Path from, Path to) throws IOException {
        Path draft = to.resolveSibling(to.getFileName() + ".draft");
        delete(draft);
        try (Stream<Path> inside = Files.walk(from)) {
            for (Path each : inside.toList()) {
                Files.copy(each, draft.resolve(from.relativize(each).toString()));
            }
        }
        replace(draft, to);
    }

    /** Puts a finished draft in the place of a directory, which is deleted only when the draft stands there. */
    public static void replace(Path draft, Path target) throws IOException {
        Path old = target.resolveSibling(target.getFileName() + ".old");
        delete(old);
        if (Files.exists(target)) {
            Files.move(target, old);
        }
        Files.move(draft, target);
        delete(old);
    }

    /** Deletes a file or a directory with all that is in it; nothing happens where there is none. */
    public static void delete(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> inside = Files.walk(path)) {
            for (Path each : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
