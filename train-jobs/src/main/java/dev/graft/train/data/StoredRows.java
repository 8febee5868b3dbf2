// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Optional;
import java.util.RandomAccess;
import java.util.function.Function;

/** Rows in a file of this machine: of each, its place and its number of tokens are in memory, and nothing else. */
public final class StoredRows<R> extends AbstractList<R> implements RandomAccess, Lengths, AutoCloseable {
    private final Function<ByteBuffer, R> format;
    private final FileChannel file;
    private final long[] starts;
    private final int[] lengths;

    private StoredRows(Function<ByteBuffer, R> format, FileChannel file, long[] starts, int[] lengths) {
        this.format = format;
        this.file = file;
        this.starts = starts;
        this.lengths = lengths;
    }

    /** Takes rows one after the other. */
    public static final class Writer<R> implements AutoCloseable {
        private final Function<ByteBuffer, R> format;
        private final Path path;
        private final OutputStream out;
        private long[] starts = new long[1024];
        private int[] lengths = new int[1024];
        private int size;

        /**
         * @param format gives the row of what was added for it
         * @param path of a new file, which goes when the rows are closed
         */
        public Writer(Function<ByteBuffer, R> format, Path path) throws IOException {
            this.format = format;
            this.path = path;
            out = new BufferedOutputStream(Files.newOutputStream(path), 1 << 16);
        }

        /**
         * @param tokens of the row
         * @param content its bytes
         */
        public void add(int tokens, byte[] content) throws IOException {
            if (size + 1 == starts.length) {
                starts = Arrays.copyOf(starts, 2 * starts.length);
                lengths = Arrays.copyOf(lengths, 2 * lengths.length);
            }
            out.write(content);
            lengths[size] = tokens;
            starts[size + 1] = starts[size] + content.length;
            size++;
        }

        public StoredRows<R> rows() throws IOException {
            out.close();
            FileChannel file = FileChannel.open(path);
            Files.delete(path); // stays readable until it is closed
            return new StoredRows<>(format, file, Arrays.copyOf(starts, size + 1), Arrays.copyOf(lengths, size));
        }

        @Override
        public void close() throws IOException {
            out.close();
            Files.deleteIfExists(path);
        }
    }

    @Override
    public R get(int index) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(starts[index + 1] - starts[index]));
        try {
            while (bytes.hasRemaining()) {
                if (file.read(bytes, starts[index] + bytes.position()) < 0) {
                    throw new IOException("row " + index + " is cut off");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return format.apply(bytes.flip());
    }

    @Override
    public int size() {
        return lengths.length;
    }

    @Override
    public Optional<int[]> lengths() {
        return Optional.of(lengths.clone());
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
