// SPDX-License-Identifier: Apache-2.0
package dev.graft.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Of several processes that fetch into a cache, one does so at a time. */
final class CacheLock {
    /** Where what is fetched lies until it is unpacked. */
    static final String DOWNLOADS = ".downloads";

    private CacheLock() {}

    interface Fetch {
        Path run() throws IOException;
    }

    static Path held(Path cache, Fetch fetch) {
        Path downloads = cache.resolve(DOWNLOADS);
        try {
            Files.createDirectories(downloads);
            try (FileChannel channel = FileChannel.open(
                            downloads.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (!lock.isValid()) {
                    throw new HubException("the lock of " + downloads + " was lost");
                }
                return fetch.run();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't write below " + cache + ": " + e, e);
        }
    }
}
