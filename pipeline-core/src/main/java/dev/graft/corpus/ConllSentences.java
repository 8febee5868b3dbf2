// SPDX-License-Identifier: Apache-2.0
package dev.graft.corpus;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Stretches of lines between blank ones; a line of white space is blank. */
final class ConllSentences implements Iterator<ConllSentences.Sentence> {
    private final Iterator<Lines.Line> lines;
    private Lines.@Nullable Line first;

    /** @param raw lines, each of which ends with LF */
    record Sentence(long offset, String raw, boolean utf8) {}

    ConllSentences(Iterator<Lines.Line> lines) {
        this.lines = lines;
    }

    @Override
    public boolean hasNext() {
        while (first == null && lines.hasNext()) {
            Lines.Line line = lines.next();
            first = line.text().isBlank() ? null : line;
        }
        return first != null;
    }

    @Override
    public Sentence next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Lines.@Nullable Line line = first;
        first = null;
        long offset = line == null ? 0 : line.offset();
        StringBuilder raw = new StringBuilder();
        boolean utf8 = true;
        while (line != null && !line.text().isBlank()) {
            raw.append(line.text()).append('\n');
            utf8 &= line.utf8();
            line = lines.hasNext() ? lines.next() : null;
        }
        return new Sentence(offset, raw.toString(), utf8);
    }
}
