// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.corpus.Conversation;
import dev.graft.corpus.InputException;
import dev.graft.tokenize.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Texts as words and their tokens, with the special ones around them: what stands between blanks is a word, and a mark of
 * punctuation is one of its own.
 *
 * @param tokenizer that cuts nothing off
 * @param column of the text
 * @param spans column of the annotated spans (start, end in chars, label); empty for texts without labels
 * @param labels names of the classes, as {@link #classes} gives them
 * @param whole whether the tokens of a word belong together; else each is a word
 * @param most tokens that a text is cut to
 */
public record WordRows(Tokenizer tokenizer, String column, String spans, List<String> labels, boolean whole, int most)
        implements RowReader<Words> {
    /** The classes of words for labels of spans, in the scheme IOB2 (Ramshaw and Marcus 1995; Tjong Kim Sang 2002). */
    public static List<String> classes(List<String> labels) {
        return Stream.concat(
                        Stream.of("O"), labels.stream().sorted().flatMap(each -> Stream.of("B-" + each, "I-" + each)))
                .toList();
    }

    @Override
    public List<Words> read(JsonNode row, String place, Cuts cuts) {
        String text = Conversation.text(row, column, "");
        if (text.isBlank()) {
            throw new InputException(column + " is empty: nothing is learnt of the row");
        }
        Tokenizer.Pieces pieces = tokenizer.pieces(text);
        long[] ids = tokenizer.ids(text);
        int before = before(ids, pieces.ids());
        int[] words = new int[ids.length];
        Arrays.fill(words, Words.SPECIAL);
        int word = -1;
        int[] firsts = new int[pieces.ids().length];
        for (int i = 0; i < pieces.ids().length; i++) {
            if (word < 0 || !whole || begins(text, pieces, i)) {
                firsts[++word] = i;
            }
            words[before + i] = word;
        }
        int kept = Math.min(ids.length, most);
        // What ends a text stands at its end, cut or not.
        long last = ids[ids.length - 1];
        boolean closed = ids.length > before + pieces.ids().length;
        Words all = Words.unlabelled(place, Arrays.copyOf(ids, kept), Arrays.copyOf(words, kept));
        if (kept < ids.length && closed) {
            all.ids()[kept - 1] = last;
            all.words()[kept - 1] = Words.SPECIAL;
        }
        cuts.count(ids.length, kept);
        return List.of(spans.isEmpty() ? all : all.labelled(labels(row, pieces, firsts, word + 1)));
    }

    /** How many special tokens stand before the text's own. */
    private static int before(long[] ids, long[] own) {
        for (int before = 0; before + own.length <= ids.length; before++) {
            if (Arrays.equals(ids, before, before + own.length, own, 0, own.length)) {
                return before;
            }
        }
        throw new InputException("the tokens of the text are not those of it with the special ones around");
    }

    private static boolean begins(String text, Tokenizer.Pieces pieces, int i) {
        int start = pieces.starts()[i];
        int end = pieces.ends()[i - 1];
        return start > end && text.substring(end, start).isBlank()
                || start < text.length()
                        && end > 0
                        && (Character.isWhitespace(text.charAt(start))
                                || isWord(text.codePointAt(start)) != isWord(text.codePointBefore(end))
                                || !isWord(text.codePointAt(start)) && start >= end);
    }

    private static boolean isWord(int c) {
        return Character.isLetterOrDigit(c) || Character.getType(c) == Character.NON_SPACING_MARK;
    }

    private long[] labels(JsonNode row, Tokenizer.Pieces pieces, int[] firsts, int count) {
        long[] classes = new long[count];
        for (JsonNode span : row.path(spans)) {
            boolean begun = false;
            for (int word = 0; word < count; word++) {
                int start = pieces.starts()[firsts[word]];
                int end = pieces.ends()[firsts[word]];
                if (start < span.path("end").asInt() && end > span.path("start").asInt()) {
                    String name = (begun ? "I-" : "B-") + span.path("label").asText();
                    classes[word] = Math.max(0, labels.indexOf(name));
                    begun = true;
                }
            }
        }
        return classes;
    }
}
