// SPDX-License-Identifier: Apache-2.0
package dev.graft.storage;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What lies at a path: enough to tell whether it is complete and what was written.
 *
 * @param digest of the files' names and sizes
 */
public record Extent(long files, long bytes, String digest) {
    private static final int DIGITS = 16;

    /** Of a file or a folder, if there is one. */
    public static Optional<Extent> of(Storage storage, String path) throws IOException {
        Optional<Storage.Entry> entry = storage.entry(path);
        if (entry.isEmpty()) {
            return Optional.empty();
        }
        String root = entry.get().path();
        List<Storage.Entry> files = storage.files(entry.get());
        StringBuilder names = new StringBuilder();
        long bytes = 0;
        for (Storage.Entry file : files) {
            names.append(file.path().substring(root.length()))
                    .append('\0')
                    .append(file.bytes())
                    .append('\n');
            bytes += file.bytes();
        }
        return Optional.of(
                new Extent(files.size(), bytes, Sha256.of(names.toString()).substring(0, DIGITS)));
    }

    @Override
    public String toString() {
        return files + (files == 1 ? " file of " : " files of ") + bytes + " bytes";
    }
}
