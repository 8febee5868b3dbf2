// SPDX-License-Identifier: Apache-2.0
package dev.graft.report;

import com.github.difflib.DiffUtils;
import com.github.difflib.patch.AbstractDelta;
import dev.graft.augment.Edit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A text and its edited copy, read side by side: what is the same and what was deleted make the source; what is the
 * same and what was inserted make the copy.
 */
record Diff(List<Piece> pieces) {
    /** What became of a stretch of text. */
    enum Kind {
        SAME,
        DELETED,
        INSERTED,
        /** Left out of a shortened diff; the text says how much. */
        OMITTED
    }

    record Piece(Kind kind, String text) {}

    /** Beyond this many pairs of words an edit is shown whole, not word by word. */
    private static final int MOST_PAIRS = 250_000;

    Diff {
        pieces = List.copyOf(pieces);
    }

    static Diff of(String text, List<Edit> edits) {
        List<Piece> pieces = new ArrayList<>();
        int at = 0;
        for (Edit edit : edits) {
            add(pieces, Kind.SAME, text.substring(at, edit.start()));
            words(pieces, text.substring(edit.start(), edit.end()), edit.replacement());
            at = edit.end();
        }
        add(pieces, Kind.SAME, text.substring(at));
        return new Diff(pieces);
    }

    /** The diff with the middle of each piece of more than {@code longest} chars left out. */
    Diff shortened(int longest) {
        List<Piece> shorter = new ArrayList<>();
        for (Piece piece : pieces) {
            String text = piece.text();
            if (text.length() <= longest) {
                shorter.add(piece);
                continue;
            }
            int head = wholeChar(text, longest / 2);
            int tail = wholeChar(text, text.length() - longest / 2);
            shorter.add(new Piece(piece.kind(), text.substring(0, head)));
            shorter.add(new Piece(Kind.OMITTED, String.format(Locale.ROOT, "%,d characters", tail - head)));
            shorter.add(new Piece(piece.kind(), text.substring(tail)));
        }
        return new Diff(shorter);
    }

    /** An edit may rewrite a sentence: word by word it is told what it left as it was. */
    private static void words(List<Piece> pieces, String before, String after) {
        List<String> old = split(before);
        List<String> now = split(after);
        if ((long) old.size() * now.size() > MOST_PAIRS) {
            add(pieces, Kind.DELETED, before);
            add(pieces, Kind.INSERTED, after);
            return;
        }
        StringBuilder deleted = new StringBuilder();
        StringBuilder inserted = new StringBuilder();
        int at = 0;
        for (AbstractDelta<String> delta : DiffUtils.diff(old, now).getDeltas()) {
            same(pieces, old.subList(at, delta.getSource().getPosition()), deleted, inserted);
            delta.getSource().getLines().forEach(deleted::append);
            delta.getTarget().getLines().forEach(inserted::append);
            at = delta.getSource().last() + 1;
        }
        same(pieces, old.subList(at, old.size()), deleted, inserted);
        flush(pieces, deleted, inserted);
    }

    private static void same(List<Piece> pieces, List<String> tokens, StringBuilder deleted, StringBuilder inserted) {
        for (String token : tokens) {
            if (bridgesOnly(token, deleted, inserted)) {
                deleted.append(token);
                inserted.append(token);
            } else {
                flush(pieces, deleted, inserted);
                add(pieces, Kind.SAME, token);
            }
        }
    }

    /** A space between two changed words belongs to the change: alone it would cut the diff into crumbs. */
    private static boolean bridgesOnly(String token, StringBuilder deleted, StringBuilder inserted) {
        return token.isBlank() && !deleted.isEmpty() && !inserted.isEmpty();
    }

    /** The position, or the next one where it lies within a surrogate pair. */
    private static int wholeChar(String text, int position) {
        return Character.isLowSurrogate(text.charAt(position)) ? position + 1 : position;
    }

    private static void flush(List<Piece> pieces, StringBuilder deleted, StringBuilder inserted) {
        StringBuilder space = new StringBuilder();
        while (endsInSameSpace(deleted, inserted)) {
            space.insert(0, deleted.charAt(deleted.length() - 1));
            deleted.setLength(deleted.length() - 1);
            inserted.setLength(inserted.length() - 1);
        }
        add(pieces, Kind.DELETED, deleted.toString());
        add(pieces, Kind.INSERTED, inserted.toString());
        add(pieces, Kind.SAME, space.toString());
        deleted.setLength(0);
        inserted.setLength(0);
    }

    private static boolean endsInSameSpace(StringBuilder deleted, StringBuilder inserted) {
        if (deleted.isEmpty() || inserted.isEmpty()) {
            return false;
        }
        char last = deleted.charAt(deleted.length() - 1);
        return Character.isWhitespace(last) && last == inserted.charAt(inserted.length() - 1);
    }

    /** Words with their punctuation, and the white space between them. */
    private static List<String> split(String text) {
        return Arrays.stream(text.split("(?<=\\s)|(?=\\s)"))
                .filter(token -> !token.isEmpty())
                .toList();
    }

    private static void add(List<Piece> pieces, Kind kind, String text) {
        if (text.isEmpty()) {
            return;
        }
        int last = pieces.size() - 1;
        if (last >= 0 && pieces.get(last).kind() == kind) {
            pieces.set(last, new Piece(kind, pieces.get(last).text() + text));
        } else {
            pieces.add(new Piece(kind, text));
        }
    }
}
