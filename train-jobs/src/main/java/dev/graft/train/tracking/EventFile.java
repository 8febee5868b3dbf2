// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.tracking;

import com.google.protobuf.CodedOutputStream;
import dev.graft.train.Figures;
import dev.graft.train.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * An event file of TensorBoard: records of TensorFlow ({@code tensorflow/core/lib/io/record_writer.h}: length, masked CRC-32C of the
 * length, bytes, masked CRC-32C of the bytes), each a message {@code Event} of {@code event.proto} with scalars. A training that is
 * taken up again has a file more, as TensorBoard reads all of a folder.
 */
public final class EventFile implements Progress, AutoCloseable {
    private static final String VERSION = "brain.Event:2";
    /** Of {@code Event}, and of {@code Summary} and its {@code Value} within. */
    private static final int WALL_TIME = 1;

    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;
    private static final int VALUE = 1;
    private static final int TAG = 1;
    private static final int SIMPLE_VALUE = 2;

    private final OutputStream out;
    private final Clock clock;

    /** @param folder gets the file, and is made where there is none */
    public EventFile(Path folder, Clock clock) {
        this.clock = clock;
        try {
            Instant now = clock.instant();
            Files.createDirectories(folder);
            out = Files.newOutputStream(
                    folder.resolve("events.out.tfevents." + now.getEpochSecond() + "." + now.getNano() + ".graft"));
            record(event(0, file -> file.writeString(FILE_VERSION, VERSION)));
        } catch (IOException e) {
            throw new UncheckedIOException("can't write events to " + folder + ": " + e, e);
        }
    }

    @Override
    public void after(Step step) {
        scalars(step.number(), Map.of("train/loss", step.loss(), "train/learning-rate", step.learningRate()));
    }

    @Override
    public void evaluated(int step, Figures figures) {
        scalars(step, validation(figures));
    }

    static Map<String, Double> validation(Figures figures) {
        Map<String, Double> named = new TreeMap<>();
        figures.others().forEach((name, value) -> named.put("validation/" + name, value));
        named.put("validation/loss", figures.loss());
        return named;
    }

    private void scalars(int step, Map<String, Double> values) {
        try {
            record(event(step, event -> {
                ByteArrayOutputStream summary = new ByteArrayOutputStream();
                CodedOutputStream all = CodedOutputStream.newInstance(summary);
                for (Map.Entry<String, Double> each : new TreeMap<>(values).entrySet()) {
                    ByteArrayOutputStream value = new ByteArrayOutputStream();
                    CodedOutputStream one = CodedOutputStream.newInstance(value);
                    one.writeString(TAG, each.getKey());
                    one.writeFloat(SIMPLE_VALUE, each.getValue().floatValue());
                    one.flush();
                    all.writeByteArray(VALUE, value.toByteArray());
                }
                all.flush();
                event.writeByteArray(SUMMARY, summary.toByteArray());
            }));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("can't write events: " + e, e);
        }
    }

    /** What an event says beside its time and step. */
    @FunctionalInterface
    private interface Content {
        void write(CodedOutputStream event) throws IOException;
    }

    private byte[] event(int step, Content content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream event = CodedOutputStream.newInstance(bytes);
        event.writeDouble(WALL_TIME, clock.millis() / 1e3);
        if (step > 0) {
            event.writeInt64(STEP, step);
        }
        content.write(event);
        event.flush();
        return bytes.toByteArray();
    }

    private void record(byte[] bytes) throws IOException {
        byte[] length = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(bytes.length)
                .array();
        out.write(length);
        out.write(masked(length));
        out.write(bytes);
        out.write(masked(bytes));
    }

    private static byte[] masked(byte[] bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        int crc = (int) sum.getValue();
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(Integer.rotateRight(crc, 15) + 0xa282ead8)
                .array();
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException("can't write events: " + e, e);
        }
    }
}
