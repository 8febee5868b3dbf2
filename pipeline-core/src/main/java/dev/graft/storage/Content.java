// SPDX-License-Identifier: Apache-2.0
package dev.graft.storage;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What was read at a path, to be known again.
 *
 * @param path as it was given
 * @param hash of the files' contents; of files that are too large to be read for it, of sizes and times of change
 */
public record Content(String path, long files, long bytes, String hash) {
    /** Larger files are hashed only where the file system keeps a checksum. */
    private static final long MOST_BYTES = 1L << 30;

    /** Of a file, a folder or a pattern; empty where there is nothing. */
    public static Optional<Content> of(Storage storage, String path) throws IOException {
        List<Storage.Entry> found = storage.glob(path);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        MessageDigest digest = Sha256.digest();
        long files = 0;
        long bytes = 0;
        for (Storage.Entry entry : found) {
            for (Storage.Entry file : storage.files(entry)) {
                String name =
                        entry.isFolder() ? file.path().substring(entry.path().length()) : "";
                digest.update(Sha256.bytes(name + " " + hash(storage, file)));
                files++;
                bytes += file.bytes();
            }
        }
        return Optional.of(new Content(path, files, bytes, Sha256.hex(digest.digest())));
    }

    private static String hash(Storage storage, Storage.Entry file) throws IOException {
        Optional<String> kept = storage.checksum(file.path());
        if (kept.isPresent()) {
            return kept.get();
        }
        if (file.bytes() > MOST_BYTES) {
            return file.bytes() + " bytes, changed " + Instant.ofEpochMilli(file.changed());
        }
        try (InputStream content = storage.open(file.path())) {
            return Sha256.of(content);
        }
    }

    @Override
    public String toString() {
        return path + " (" + files + (files == 1 ? " file, " : " files, ") + bytes + " bytes, " + hash.substring(0, 12)
                + ")";
    }
}
