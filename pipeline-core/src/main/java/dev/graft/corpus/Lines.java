// SPDX-License-Identifier: Apache-2.0
package dev.graft.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a file, which end with LF, CRLF or CR. A byte order mark is left out. A file in another charset than UTF-8 is
 * turned into UTF-8 as it is read: offsets count its bytes.
 */
public final class Lines implements Iterator<Lines.Line> {
    /** Bytes of a byte order mark. */
    static final int MARK = 3;

    private static final int BUFFER = 1 << 16;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private byte[] line = new byte[1 << 10];
    private int length;
    private int at;
    private int filled;
    private long offset;
    private @Nullable Line next;

    /**
     * A line.
     *
     * @param offset of its first byte
     * @param text without its end; where it is not UTF-8, with U+FFFD
     * @param end LF, CRLF, CR, or nothing where the file ends
     */
    public record Line(long offset, String text, String end, boolean utf8) {}

    /** @throws InputException if the file begins as one in UTF-16 does */
    public Lines(String file, InputStream bytes, Charset charset) {
        in = charset.equals(StandardCharsets.UTF_8) ? bytes : new Transcoded(file, bytes, charset);
        fill();
        if (filled >= 2
                && (buffer[0] == (byte) 0xFF && buffer[1] == (byte) 0xFE
                        || buffer[0] == (byte) 0xFE && buffer[1] == (byte) 0xFF)) {
            throw new InputException(file + " is UTF-16; allowed is UTF-8, or what corpus.charset names");
        }
        if (filled >= MARK && buffer[0] == (byte) 0xEF && buffer[1] == (byte) 0xBB && buffer[2] == (byte) 0xBF) {
            at = MARK;
            offset = MARK;
        }
    }

    /** The text of bytes that may not be UTF-8; null where they are not. */
    static @Nullable String utf8(byte[] bytes, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    @Override
    public boolean hasNext() {
        if (next == null) {
            next = read();
        }
        return next != null;
    }

    @Override
    public Line next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Line line = java.util.Objects.requireNonNull(next);
        next = null;
        return line;
    }

    private @Nullable Line read() {
        if (at == filled && !fill()) {
            return null;
        }
        length = 0;
        String end = "";
        while (end.isEmpty() && (at < filled || fill())) {
            int from = at;
            while (at < filled && buffer[at] != '\n' && buffer[at] != '\r') {
                at++;
            }
            append(from);
            if (at < filled) {
                end = end();
            }
        }
        String text = utf8(line, length);
        Line read = new Line(
                offset, text == null ? new String(line, 0, length, StandardCharsets.UTF_8) : text, end, text != null);
        offset += length + end.length();
        return read;
    }

    private String end() {
        if (buffer[at++] == '\n') {
            return "\n";
        }
        if ((at < filled || fill()) && buffer[at] == '\n') {
            at++;
            return "\r\n";
        }
        return "\r";
    }

    private void append(int from) {
        int more = at - from;
        if (length + more > line.length) {
            line = java.util.Arrays.copyOf(line, Math.max(2 * line.length, Math.addExact(length, more)));
        }
        System.arraycopy(buffer, from, line, length, more);
        length += more;
    }

    private boolean fill() {
        try {
            filled = Math.max(0, in.readNBytes(buffer, 0, buffer.length));
            at = 0;
            return filled > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of another charset as UTF-8. */
    private static final class Transcoded extends InputStream {
        private final String file;
        private final Charset charset;
        private final Reader reader;
        private final char[] chars = new char[BUFFER / 4];
        private byte[] ready = {};
        private int taken;

        Transcoded(String file, InputStream bytes, Charset charset) {
            this.file = file;
            this.charset = charset;
            reader = new InputStreamReader(
                    bytes,
                    charset.newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT));
        }

        @Override
        public int read() throws IOException {
            return taken < ready.length || more() ? ready[taken++] & 0xFF : -1;
        }

        @Override
        public int read(byte[] into, int from, int most) throws IOException {
            if (taken == ready.length && !more()) {
                return -1;
            }
            int some = Math.min(most, ready.length - taken);
            System.arraycopy(ready, taken, into, from, some);
            taken += some;
            return some;
        }

        private boolean more() throws IOException {
            try {
                int read = reader.read(chars, 0, chars.length - 1);
                if (read > 0 && Character.isHighSurrogate(chars[read - 1])) {
                    read += Math.max(0, reader.read(chars, read, 1));
                }
                ready = read > 0 ? new String(chars, 0, read).getBytes(StandardCharsets.UTF_8) : new byte[0];
                taken = 0;
                return read > 0;
            } catch (CharacterCodingException e) {
                throw new InputException(file + " is not " + charset + ", which corpus.charset names");
            }
        }
    }
}
