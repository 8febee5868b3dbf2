// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import dev.graft.train.data.Lengths;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/**
 * Examples in a file of this machine: of each, its place, its class and its number of tokens are in memory, and nothing else. {@link
 * #lengths} are those of whole texts.
 */
public final class StoredExamples extends AbstractList<Example> implements RandomAccess, Lengths, AutoCloseable {
    private final FileChannel file;
    private final long[] starts;
    private final int[] labels;
    private final int[] lengths;

    private StoredExamples(FileChannel file, long[] starts, int[] labels, int[] lengths) {
        this.file = file;
        this.starts = starts;
        this.labels = labels;
        this.lengths = lengths;
    }

    /** Takes examples one after the other. */
    public static final class Writer implements AutoCloseable {
        private final Path path;
        private final OutputStream out;
        private long[] starts = new long[1024];
        private int[] labels = new int[1024];
        private int[] lengths = new int[1024];
        private int size;

        /** @param path of a new file, which goes when the examples are closed */
        public Writer(Path path) throws IOException {
            this.path = path;
            out = new BufferedOutputStream(Files.newOutputStream(path), 1 << 16);
        }

        /** @param tokens of the whole text */
        public void add(String text, int label, int tokens) throws IOException {
            if (size + 1 == starts.length) {
                starts = Arrays.copyOf(starts, 2 * starts.length);
                labels = Arrays.copyOf(labels, 2 * labels.length);
                lengths = Arrays.copyOf(lengths, 2 * lengths.length);
            }
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            out.write(bytes);
            labels[size] = label;
            lengths[size] = tokens;
            starts[size + 1] = starts[size] + bytes.length;
            size++;
        }

        public StoredExamples examples() throws IOException {
            out.close();
            FileChannel file = FileChannel.open(path);
            Files.delete(path); // stays readable until it is closed
            return new StoredExamples(
                    file, Arrays.copyOf(starts, size + 1), Arrays.copyOf(labels, size), Arrays.copyOf(lengths, size));
        }

        @Override
        public void close() throws IOException {
            out.close();
            Files.deleteIfExists(path);
        }
    }

    @Override
    public Example get(int index) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(starts[index + 1] - starts[index]));
        try {
            while (bytes.hasRemaining()) {
                if (file.read(bytes, starts[index] + bytes.position()) < 0) {
                    throw new IOException("example " + index + " is cut off");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Example(new String(bytes.array(), StandardCharsets.UTF_8), labels[index]);
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public int[] lengths() {
        return lengths.clone();
    }

    /** Those at some places, in their order, as long as this is open. */
    public List<Example> at(int[] places) {
        return new Some(this, places);
    }

    private static final class Some extends AbstractList<Example> implements RandomAccess, Lengths {
        private final StoredExamples all;
        private final int[] places;

        Some(StoredExamples all, int[] places) {
            this.all = all;
            this.places = places.clone();
        }

        @Override
        public Example get(int index) {
            return all.get(places[index]);
        }

        @Override
        public int size() {
            return places.length;
        }

        @Override
        public int[] lengths() {
            return Arrays.stream(places).map(place -> all.lengths[place]).toArray();
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
