// SPDX-License-Identifier: Apache-2.0
package dev.graft.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Token-labelled text in the columns of CoNLL: a token a line, its BIO label in the last column, a blank line after a
 * sentence (Tjong Kim Sang & De Meulder 2003, section 2). Tokens are joined by a space, so that a text has an answer to
 * where each of them lies.
 *
 * @param text the tokens
 * @param spans what the labels cover
 */
public record Conll(String text, List<Span> spans) {
    private static final String OUTSIDE = "O";
    private static final Pattern LABEL = Pattern.compile("O|[BIES]-.+");
    private static final Pattern COMMENT = Pattern.compile("^#(\\s|$)");

    public Conll {
        spans = List.copyOf(spans);
    }

    /**
     * Reads one sentence. A line that begins with a hash is a token where it has as many columns as the other lines and a
     * label, as social media has them, and a comment where white space comes after the hash, as in CoNLL-U.
     *
     * @throws InputException if a line has no label, or a label is none of O, B-..., I-..., E-..., S-...
     */
    public static Conll parse(String block) {
        StringBuilder text = new StringBuilder();
        List<Span> spans = new ArrayList<>();
        List<String> lines = block.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("-DOCSTART-"))
                .toList();
        int columns = lines.stream()
                .filter(line -> !line.startsWith("#"))
                .mapToInt(line -> columns(line).length)
                .findFirst()
                .orElse(0);
        for (String line : lines) {
            String[] cells = columns(line);
            String label = cells[cells.length - 1];
            boolean labelled = cells.length > 1 && LABEL.matcher(label).matches();
            if (COMMENT.matcher(line).find() && !(labelled && (columns == 0 || columns == cells.length))) {
                continue;
            }
            if (!labelled) {
                throw new InputException("\"" + line + "\" has no BIO label in its last column");
            }
            text.append(text.length() == 0 ? "" : " ");
            int start = text.length();
            text.append(cells[0]);
            if (!label.equals(OUTSIDE)) {
                extend(spans, label, start, text.length());
            }
        }
        return new Conll(text.toString(), spans);
    }

    private static String[] columns(String line) {
        return line.split("\\s+", -1);
    }

    private static void extend(List<Span> spans, String label, int start, int end) {
        String type = label.substring(2);
        Span last = spans.isEmpty() ? null : spans.get(spans.size() - 1);
        boolean goesOn = label.charAt(0) == 'I' || label.charAt(0) == 'E';
        if (goesOn && last != null && last.label().equals(type) && last.end() + 1 == start) {
            spans.set(spans.size() - 1, new Span(last.start(), end, type));
        } else {
            spans.add(new Span(start, end, type));
        }
    }

    /** A line for each stretch without white space, with a BIO label; one that a span touches is within it. */
    public String lines() {
        StringBuilder lines = new StringBuilder();
        int before = -1;
        for (int at = 0; at < text.length(); ) {
            if (Character.isWhitespace(text.charAt(at))) {
                at++;
                continue;
            }
            int end = at + 1;
            while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
                end++;
            }
            int span = spanAt(at, end);
            lines.append(text, at, end)
                    .append('\t')
                    .append(
                            span < 0
                                    ? OUTSIDE
                                    : (span == before ? "I-" : "B-")
                                            + spans.get(span).label())
                    .append('\n');
            before = span;
            at = end;
        }
        return lines.toString();
    }

    private int spanAt(int start, int end) {
        for (int i = 0; i < spans.size(); i++) {
            if (spans.get(i).overlaps(start, end)) {
                return i;
            }
        }
        return -1;
    }
}
