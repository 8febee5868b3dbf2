// SPDX-License-Identifier: Apache-2.0
package dev.graft.report;

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

    /** An edit may rewrite a sentence: the longest common subsequence of its words is what it left as it was. */
    private static void words(List<Piece> pieces, String before, String after) {
        String[] old = split(before);
        String[] now = split(after);
        if ((long) old.length * now.length > MOST_PAIRS) {
            add(pieces, Kind.DELETED, before);
            add(pieces, Kind.INSERTED, after);
            return;
        }
        int[][] common = new int[old.length + 1][now.length + 1];
        for (int i = old.length - 1; i >= 0; i--) {
            for (int j = now.length - 1; j >= 0; j--) {
                common[i][j] =
                        old[i].equals(now[j]) ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        int i = 0;
        int j = 0;
        StringBuilder deleted = new StringBuilder();
        StringBuilder inserted = new StringBuilder();
        while (i < old.length || j < now.length) {
            if (i < old.length && j < now.length && old[i].equals(now[j]) && !bridgesOnly(old[i], deleted, inserted)) {
                flush(pieces, deleted, inserted);
                add(pieces, Kind.SAME, old[i]);
                i++;
                j++;
            } else if (i < old.length && j < now.length && old[i].equals(now[j])) {
                deleted.append(old[i++]);
                inserted.append(now[j++]);
            } else if (j == now.length || (i < old.length && common[i + 1][j] >= common[i][j + 1])) {
                deleted.append(old[i++]);
            } else {
                inserted.append(now[j++]);
            }
        }
        flush(pieces, deleted, inserted);
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
    private static String[] split(String text) {
        return Arrays.stream(text.split("(?<=\\s)|(?=\\s)"))
                .filter(token -> !token.isEmpty())
                .toArray(String[]::new);
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
