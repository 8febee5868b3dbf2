// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Files that may lie compressed. */
public final class Gzip {
    private Gzip() {}

    /**
     * The content, expanded if the name ends in {@code .gz}.
     *
     * @throws CheckpointException if it ends too early or is not compressed after all
     */
    public static byte[] read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return file.toString().endsWith(".gz") ? new GZIPInputStream(in).readAllBytes() : in.readAllBytes();
        } catch (ZipException | EOFException e) {
            throw new CheckpointException(file + ": not a whole gzip file: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file + ": " + e, e);
        }
    }
}
