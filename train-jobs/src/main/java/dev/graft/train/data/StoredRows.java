// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.RandomAccess;

/** Rows in a file of this machine: of each, its place and its number of tokens are in memory, and nothing else. */
public final class StoredRows<R extends Row> extends AbstractList<R> implements RandomAccess, Lengths, AutoCloseable {
    private final RowFormat<R> format;
    private final FileChannel file;
    private final long[] starts;
    private final int[] lengths;

    private StoredRows(RowFormat<R> format, FileChannel file, long[] starts, int[] lengths) {
        this.format = format;
        this.file = file;
        this.starts = starts;
        this.lengths = lengths;
    }

    /** Takes rows one after the other. */
    public static final class Writer<R extends Row> implements AutoCloseable {
        private final RowFormat<R> format;
        private final Path path;
        private final DataOutputStream out;
        private long[] starts = new long[1024];
        private int[] lengths = new int[1024];
        private long end;
        private int size;

        /** @param path of a new file, which goes when the rows are closed */
        public Writer(RowFormat<R> format, Path path) throws IOException {
            this.format = format;
            this.path = path;
            out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(path), 1 << 16));
        }

        /** @param content as {@link RowFormat#bytes} gives it */
        public void add(String id, int tokens, byte[] content) throws IOException {
            if (size + 1 == starts.length) {
                starts = Arrays.copyOf(starts, 2 * starts.length);
                lengths = Arrays.copyOf(lengths, 2 * lengths.length);
            }
            byte[] name = id.getBytes(StandardCharsets.UTF_8);
            out.writeInt(name.length);
            out.write(name);
            out.write(content);
            lengths[size] = tokens;
            starts[size++] = end;
            end += 4L + name.length + content.length;
        }

        public StoredRows<R> rows() throws IOException {
            out.close();
            starts[size] = end;
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
        bytes.flip();
        byte[] id = new byte[bytes.getInt()];
        bytes.get(id);
        return format.row(new String(id, StandardCharsets.UTF_8), bytes);
    }

    @Override
    public int size() {
        return lengths.length;
    }

    @Override
    public int[] lengths() {
        return lengths.clone();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
