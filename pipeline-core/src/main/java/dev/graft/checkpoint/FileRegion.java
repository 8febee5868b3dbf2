// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Values as they lie in a file.
 *
 * @param position of the first byte
 */
record FileRegion(Path file, long position) implements Tensor.Source {
    /** What Java copies through memory of its own where {@code to} is on the heap, and keeps for the thread's next read. */
    private static final int CHUNK = 1 << 20;

    @Override
    public void read(ByteBuffer to) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            read(channel, to);
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file + ": " + e, e);
        }
    }

    /** As {@link #read(ByteBuffer)}, of the file that is open. */
    void read(FileChannel channel, ByteBuffer to) throws IOException {
        for (int at = 0; at < to.remaining(); ) {
            ByteBuffer chunk = to.slice(to.position() + at, Math.min(CHUNK, to.remaining() - at));
            int bytes = channel.read(chunk, position + at);
            if (bytes < 0) {
                throw new CheckpointException(file + ": ends after " + channel.size() + " bytes, and " + to.remaining()
                        + " were to be read from byte " + position);
            }
            at += bytes;
        }
    }
}
