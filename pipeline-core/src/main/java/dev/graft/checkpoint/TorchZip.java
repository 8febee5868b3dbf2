// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * What {@code torch.save} writes of a state_dict since version 1.6: a zip of a pickle, {@code data.pkl}, and the bytes of each
 * storage, {@code data/KEY}. The pickle is read by {@link TensorPickle}, which knows tensors and nothing else, so that no code
 * of the file's choice is ever run.
 */
public final class TorchZip {
    private static final int MOST_PICKLE_BYTES = 1 << 26;

    private TorchZip() {}

    /**
     * @throws CheckpointException if the file is none, or its pickle asks for anything but tensors, which is named
     */
    public static Weights read(Path file) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry pickle = zip.stream()
                    .filter(entry -> entry.getName().matches("[^/]+/data\\.pkl"))
                    .findFirst()
                    .orElseThrow(() -> new CheckpointException(
                            file + " holds no data.pkl; allowed is what torch.save writes of a state_dict"));
            String root = pickle.getName().substring(0, pickle.getName().length() - "data.pkl".length());
            requireLittleEndian(zip, root, file);
            byte[] program = zip.getInputStream(pickle).readNBytes(MOST_PICKLE_BYTES);
            Object read = new TensorPickle(program, file.toString()).read();
            return new Weights(tensors(zip, root, file, read));
        } catch (ZipException e) {
            throw new CheckpointException(
                    file + " is no zip: it is cut off, or was saved by torch before version 1.6; load and save it anew",
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file + ": " + e, e);
        }
    }

    private static void requireLittleEndian(ZipFile zip, String root, Path file) throws IOException {
        ZipEntry order = zip.getEntry(root + "byteorder");
        if (order != null
                && !new String(zip.getInputStream(order).readNBytes(16), StandardCharsets.UTF_8).equals("little")) {
            throw new CheckpointException(file + " is not little-endian");
        }
    }

    private static List<Tensor> tensors(ZipFile zip, String root, Path file, Object read) {
        if (!(read instanceof Map<?, ?> all)) {
            throw new CheckpointException(file + " holds no state_dict, but " + read);
        }
        List<Tensor> tensors = new ArrayList<>();
        all.forEach((name, value) -> {
            if (!(name instanceof String key) || !(value instanceof TensorPickle.Stored stored)) {
                throw new CheckpointException(
                        file + ": " + name + " is " + value + "; allowed are names with a tensor each");
            }
            ZipEntry entry = zip.getEntry(root + "data/" + stored.storage().key());
            if (entry == null
                    || entry.getSize() < stored.end() * stored.storage().bytes()) {
                throw new CheckpointException(file + ": " + key + " needs " + stored.end() + " values of the storage "
                        + stored.storage().key() + ", which has "
                        + (entry == null
                                ? "none"
                                : entry.getSize() / stored.storage().bytes()));
            }
            String place = entry.getName();
            tensors.add(new Tensor(key, stored.shape(), to -> copy(file, place, key, stored, to)));
        });
        return tensors;
    }

    private static void copy(Path file, String place, String name, TensorPickle.Stored stored, ByteBuffer to) {
        TensorPickle.Storage storage = stored.storage();
        storage.requireFloats(file + ": " + name);
        byte[] bytes;
        try (ZipFile zip = new ZipFile(file.toFile());
                InputStream in = zip.getInputStream(zip.getEntry(place))) {
            in.skipNBytes(stored.offset() * storage.bytes());
            bytes = in.readNBytes(Math.toIntExact((stored.end() - stored.offset()) * storage.bytes()));
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file + ": " + e, e);
        }
        ByteBuffer values = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long[] shape = stored.shape();
        long[] at = new long[shape.length];
        for (int i = to.remaining() / Float.BYTES; i > 0; i--) {
            long index = 0;
            for (int d = 0; d < at.length; d++) {
                index += at[d] * stored.strides()[d];
            }
            to.putFloat(storage.value(values, Math.toIntExact(index)));
            for (int d = at.length - 1; d >= 0 && ++at[d] == shape[d]; d--) {
                at[d] = 0;
            }
        }
    }
}
