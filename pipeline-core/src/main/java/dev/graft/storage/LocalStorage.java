// SPDX-License-Identifier: Apache-2.0
package dev.graft.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/** The file system of this machine. */
public final class LocalStorage implements Storage {
    private static final String SCHEME = "file:";

    /**
     * Without {@code file:}, where a path begins so.
     *
     * @throws IllegalArgumentException if no file can have that name
     */
    public static Path path(String path) {
        return Path.of(path.startsWith(SCHEME) ? path.substring(SCHEME.length()).replaceFirst("^/{2,}", "/") : path);
    }

    /** Symbolic links are followed as far as the path is there. */
    @Override
    public String absolute(String path) {
        Path whole = path(path).toAbsolutePath().normalize();
        for (Path there = whole; there != null; there = there.getParent()) {
            try {
                return there.toRealPath().resolve(there.relativize(whole)).toString();
            } catch (IOException e) {
                // Not there yet: the folder above may be.
                continue;
            }
        }
        return whole.toString();
    }

    @Override
    public String uri(String path) {
        return SCHEME + "//" + path(path).toAbsolutePath().normalize();
    }

    @Override
    public Optional<Entry> entry(String path) throws IOException {
        return entry(path(path));
    }

    private static Optional<Entry> entry(Path path) throws IOException {
        try {
            BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
            return Optional.of(new Entry(
                    path.toString(),
                    String.valueOf(path.getFileName()),
                    found.isDirectory(),
                    found.size(),
                    found.lastModifiedTime().toMillis()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (java.nio.file.FileSystemException e) {
            if (String.valueOf(e.getReason()).contains("Not a directory")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public List<Entry> list(String folder) throws IOException {
        Path path = path(folder);
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> inside = Files.list(path)) {
            for (Path each : inside.sorted().toList()) {
                entry(each).ifPresent(entries::add);
            }
        }
        return entries;
    }

    @Override
    public List<Entry> glob(String pattern) throws IOException {
        Optional<Entry> itself = entry(pattern);
        if (itself.isPresent() || !pattern.matches("(?s).*[*?\\[{].*")) {
            return itself.stream().toList();
        }
        List<Entry> found = new ArrayList<>();
        Path whole = path(pattern).toAbsolutePath().normalize();
        try {
            match(whole.getRoot(), whole, 0, found);
        } catch (PatternSyntaxException e) {
            throw new IOException(pattern + " is no pattern: " + e.getDescription(), e);
        }
        return found;
    }

    private static void match(Path folder, Path pattern, int depth, List<Entry> found) throws IOException {
        if (depth == pattern.getNameCount()) {
            entry(folder).ifPresent(found::add);
            return;
        }
        String name = pattern.getName(depth).toString();
        if (!name.matches("(?s).*[*?\\[{].*")) {
            match(folder.resolve(name), pattern, depth + 1, found);
            return;
        }
        if (!Files.isDirectory(folder)) {
            return;
        }
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + name);
        try (Stream<Path> inside = Files.list(folder)) {
            for (Path each : inside.sorted().toList()) {
                if (matcher.matches(each.getFileName())) {
                    match(each, pattern, depth + 1, found);
                }
            }
        }
    }

    @Override
    public InputStream open(String file) throws IOException {
        return Files.newInputStream(path(file));
    }

    @Override
    public OutputStream create(String file) throws IOException {
        Path path = path(file).toAbsolutePath();
        Files.createDirectories(path.getParent());
        return Files.newOutputStream(path);
    }

    @Override
    public boolean createNew(String file, byte[] content) throws IOException {
        Path path = path(file).toAbsolutePath();
        Files.createDirectories(path.getParent());
        try {
            Files.write(path, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    @Override
    public void makeFolder(String folder) throws IOException {
        Files.createDirectories(path(folder));
    }

    @Override
    public void move(String from, String to) throws IOException {
        Path target = path(to).toAbsolutePath();
        Files.createDirectories(target.getParent());
        try {
            Files.move(path(from), target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(path(from), target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    public void delete(String path) throws IOException {
        Path root = path(path);
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> inside = Files.walk(root)) {
            for (Path each : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
