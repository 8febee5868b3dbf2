// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.catalyst;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import dev.graft.augment.Edit;
import dev.graft.corpus.Span;
import dev.graft.jobs.augment.candidate.Candidate;
import dev.graft.jobs.augment.candidate.Candidate.Fate;
import dev.graft.jobs.augment.schema.RowKind;
import dev.graft.jobs.augment.schema.TextHash;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.util.ArrayBasedMapData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Documents with what became of their copies, as bytes: small enough to keep, quick to go through. As rows of a table, in which
 * each copy carries its document's columns, they would be several times as large.
 */
public final class CandidateBlock {
    /** Bytes from which on a block takes no more documents. */
    private static final int FULL = 1 << 16;

    private static final Fate[] FATES = Fate.values();
    private static final RowKind[] KINDS = RowKind.values();

    private CandidateBlock() {}

    /** Where documents with their candidates come from. */
    @FunctionalInterface
    interface Source {
        /** Adds some to a block; answers whether there were any. */
        boolean addTo(Writer block);
    }

    /** All of a source, in blocks. */
    static Iterator<byte[]> blocks(Source source) {
        Writer block = new Writer();
        return new Iterator<>() {
            private boolean more = true;

            @Override
            public boolean hasNext() {
                while (more && !block.isFull()) {
                    more = source.addTo(block);
                }
                return !block.isEmpty();
            }

            @Override
            public byte[] next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return block.take();
            }
        };
    }

    /** Fills one block after the other. */
    public static final class Writer {
        private final Output out = new Output(2 * FULL, -1);
        private final BlockNames names = new BlockNames();

        boolean isEmpty() {
            return out.position() == 0;
        }

        boolean isFull() {
            return out.position() >= FULL;
        }

        byte[] take() {
            int end = out.position();
            names.write(out);
            out.writeInt(end);
            byte[] block = out.toBytes();
            out.clear();
            return block;
        }

        void add(UnsafeRow row, DocumentColumns columns, List<Candidate> outcomes) {
            RowKind kind = columns.isTraining(row) ? RowKind.ORIGINAL : RowKind.EVALUATION;
            add(row, row.getUTF8String(columns.id()), row.getUTF8String(columns.text()), kind, outcomes);
        }

        /**
         * @param row the document
         * @param id its id
         * @param text its text
         */
        void add(UnsafeRow row, UTF8String id, UTF8String text, RowKind kind, List<Candidate> outcomes) {
            byte[] bytes = row.getBytes();
            out.writeInt(bytes.length);
            out.writeBytes(bytes);
            out.writeByte(kind.ordinal());
            out.writeLong(TextHash.of(text));
            out.writeLong(kind.rank(id));
            out.writeInt(outcomes.size(), true);
            boolean ascii = text.isFullAscii();
            out.writeBoolean(ascii);
            int end = out.position();
            out.writeInt(0);
            for (Candidate outcome : outcomes) {
                add(outcome, id, ascii);
            }
            writePositionAt(end);
        }

        private void add(Candidate outcome, UTF8String document, boolean ascii) {
            UTF8String text = UTF8String.fromString(outcome.text());
            int start = out.position();
            out.writeInt(0);
            out.writeByte(outcome.fate().ordinal());
            out.writeLong(TextHash.of(text));
            int operator = names.number(outcome.operator());
            out.writeLong(RowKind.COPY.rank(names.id(document, operator, outcome.copy())));
            out.writeInt(operator, true);
            out.writeInt(outcome.copy(), true);
            out.writeLong(outcome.seed());
            out.writeInt(names.number(outcome.reason()), true);
            out.writeInt(text.numBytes(), true);
            if (!ascii) {
                out.writeBytes(text.getBytes());
            }
            out.writeDouble(outcome.intensity());
            out.writeInt(outcome.edits().size(), true);
            for (Edit edit : outcome.edits()) {
                out.writeInt(edit.start(), true);
                out.writeInt(edit.end(), true);
                write(edit.replacement());
            }
            out.writeInt(outcome.spans().size(), true);
            for (Span span : outcome.spans()) {
                out.writeInt(span.start(), true);
                out.writeInt(span.end(), true);
                write(span.label());
            }
            out.writeInt(outcome.scores().size(), true);
            for (Map.Entry<String, Double> score : outcome.scores().entrySet()) {
                out.writeInt(names.number(score.getKey()), true);
                out.writeDouble(score.getValue());
            }
            writePositionAt(start);
        }

        /** Puts down where the next thing begins, where room was left for it. */
        private void writePositionAt(int where) {
            int end = out.position();
            out.setPosition(where);
            out.writeInt(end);
            out.setPosition(end);
        }

        private void write(String text) {
            write(UTF8String.fromString(text));
        }

        private void write(UTF8String text) {
            out.writeInt(text.numBytes(), true);
            out.writeBytes(text.getBytes());
        }
    }

    /**
     * A copy.
     *
     * @param id as {@link Candidate#id}
     * @param spans annotated spans in the copy's text
     * @param struct of {@link AugmentedSchema#STRUCT}
     * @param reason of its fate; empty where there is none
     */
    public record Copy(UTF8String id, UTF8String text, ArrayData spans, InternalRow struct, UTF8String reason) {}

    /** Goes through the documents of a block, and through the copies of each. */
    public static final class Reader {
        private final Input in;
        private final BlockNames names;
        private final UnsafeRow row;
        private RowKind kind = RowKind.EVALUATION;
        private Fate fate = Fate.KEPT;
        private long hash;
        private long rank;
        /** Copies of the document that are still to come, and where the one that was come to ends. */
        private int left;

        private int end;
        private int nextDocument;
        /** Whether the chars of the document are its bytes: then its copies are put together of these. */
        private boolean ascii;

        Reader(byte[] block, int columns) {
            in = new Input(block);
            in.setPosition(block.length - Integer.BYTES);
            int limit = in.readInt();
            in.setPosition(limit);
            names = BlockNames.read(in);
            in.setPosition(0);
            in.setLimit(limit);
            row = new UnsafeRow(columns);
        }

        boolean nextDocument() {
            in.setPosition(nextDocument);
            if (in.position() == in.limit()) {
                return false;
            }
            int length = in.readInt();
            row.pointTo(in.getBuffer(), Platform.BYTE_ARRAY_OFFSET + (long) in.position(), length);
            in.skip(length);
            kind = KINDS[in.readByte()];
            hash = in.readLong();
            rank = in.readLong();
            left = in.readInt(true);
            ascii = in.readBoolean();
            nextDocument = in.readInt();
            end = in.position();
            return true;
        }

        boolean nextCopy() {
            in.setPosition(end);
            if (left == 0) {
                return false;
            }
            left--;
            end = in.readInt();
            fate = FATES[in.readByte()];
            hash = in.readLong();
            rank = in.readLong();
            return true;
        }

        /** The document. */
        UnsafeRow row() {
            return row;
        }

        RowKind kind() {
            return kind;
        }

        /** Of the copy. */
        Fate fate() {
            return fate;
        }

        /** Of the text of what was come to last, the document or a copy. */
        long hash() {
            return hash;
        }

        /** Of what was come to last, the document or a copy. */
        long rank() {
            return rank;
        }

        /**
         * The rest of what is known of the copy; may be asked for once.
         *
         * @param id of the document
         * @param source its text
         */
        Copy copy(UTF8String id, UTF8String source) {
            int operator = in.readInt(true);
            int number = in.readInt(true);
            long seed = in.readLong();
            UTF8String reason = names.name(in.readInt(true));
            byte[] text = new byte[in.readInt(true)];
            if (!ascii) {
                in.readBytes(text);
            }
            double intensity = in.readDouble();
            ArrayData edits = edits(source, text);
            ArrayData spans = spans();
            InternalRow struct = new GenericInternalRow(
                    new Object[] {id, names.name(operator), number, seed, edits, intensity, scores()});
            return new Copy(names.id(id, operator, number), UTF8String.fromBytes(text), spans, struct, reason);
        }

        /** Reads the edits. Where chars are bytes, the text comes of them. */
        private ArrayData edits(UTF8String source, byte[] text) {
            InternalRow[] edits = new InternalRow[in.readInt(true)];
            int from = 0;
            int at = 0;
            for (int i = 0; i < edits.length; i++) {
                int start = in.readInt(true);
                int end = in.readInt(true);
                UTF8String replacement = text();
                edits[i] = new GenericInternalRow(new Object[] {start, end, replacement});
                if (ascii) {
                    at = put(source, from, start, text, at);
                    at = put(replacement, 0, replacement.numBytes(), text, at);
                    from = end;
                }
            }
            if (ascii) {
                put(source, from, source.numBytes(), text, at);
            }
            return new GenericArrayData(edits);
        }

        private static int put(UTF8String text, int from, int to, byte[] into, int at) {
            Platform.copyMemory(
                    text.getBaseObject(),
                    text.getBaseOffset() + from,
                    into,
                    Platform.BYTE_ARRAY_OFFSET + (long) at,
                    to - (long) from);
            return at + to - from;
        }

        private UTF8String text() {
            int length = in.readInt(true);
            UTF8String text = UTF8String.fromBytes(in.getBuffer(), in.position(), length);
            in.skip(length);
            return text;
        }

        private ArrayData spans() {
            InternalRow[] spans = new InternalRow[in.readInt(true)];
            for (int i = 0; i < spans.length; i++) {
                spans[i] = new GenericInternalRow(new Object[] {in.readInt(true), in.readInt(true), text()});
            }
            return new GenericArrayData(spans);
        }

        private MapData scores() {
            UTF8String[] filters = new UTF8String[in.readInt(true)];
            Double[] values = new Double[filters.length];
            for (int i = 0; i < filters.length; i++) {
                filters[i] = names.name(in.readInt(true));
                values[i] = in.readDouble();
            }
            return new ArrayBasedMapData(new GenericArrayData(filters), new GenericArrayData(values));
        }
    }
}
