// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Where the tokens of a batch lie: padding on either side and several texts in one row are told by it alone.
 *
 * @param rows B
 * @param tokens T, of each row
 * @param positions of each token in its text, row by row
 * @param texts of each token, counted in its row from 0; {@link #PADDING} where there is none. Tokens see those of their text
 */
public record TokenLayout(int rows, int tokens, int[] positions, int[] texts) {
    /** The text of what is no token. */
    public static final int PADDING = -1;

    public TokenLayout {
        int size = Math.multiplyExact(rows, tokens);
        if (rows < 1 || positions.length != size || texts.length != size) {
            throw new IllegalArgumentException(rows + " rows of " + tokens + " tokens with " + positions.length
                    + " positions and " + texts.length + " texts");
        }
    }

    /** One text a row, padded behind to the longest. */
    public static TokenLayout padded(int... lengths) {
        return of(Arrays.stream(lengths).max().orElseThrow(), new int[lengths.length], lengths);
    }

    /** One text a row, padded before it, so that all end together and can go on. */
    public static TokenLayout endingTogether(int... lengths) {
        int tokens = Arrays.stream(lengths).max().orElseThrow();
        return of(tokens, Arrays.stream(lengths).map(length -> tokens - length).toArray(), lengths);
    }

    private static TokenLayout of(int tokens, int[] starts, int[] lengths) {
        int[] positions = new int[lengths.length * tokens];
        int[] texts = new int[positions.length];
        Arrays.fill(texts, PADDING);
        for (int row = 0; row < lengths.length; row++) {
            for (int i = 0; i < lengths[row]; i++) {
                positions[row * tokens + starts[row] + i] = i;
                texts[row * tokens + starts[row] + i] = 0;
            }
        }
        return new TokenLayout(lengths.length, tokens, positions, texts);
    }

    /** Several texts in one row, one behind the other. */
    public static TokenLayout packed(int... lengths) {
        int[] positions = Arrays.stream(lengths)
                .flatMap(length -> IntStream.range(0, length))
                .toArray();
        int[] texts = IntStream.range(0, lengths.length)
                .flatMap(text -> IntStream.generate(() -> text).limit(lengths[text]))
                .toArray();
        return new TokenLayout(1, positions.length, positions, texts);
    }

    /** One token a row, behind the last one. */
    public TokenLayout next() {
        int[] next = lasts(positions);
        Arrays.setAll(next, row -> next[row] + 1);
        return new TokenLayout(rows, 1, next, lasts(texts));
    }

    /** As if so many tokens stood before each text. */
    TokenLayout behind(int more) {
        return new TokenLayout(
                rows,
                tokens,
                Arrays.stream(positions).map(position -> position + more).toArray(),
                texts);
    }

    private int[] lasts(int[] values) {
        return IntStream.range(0, rows)
                .map(row -> values[(row + 1) * tokens - 1])
                .toArray();
    }

    /** These tokens and more of the same rows behind them. */
    TokenLayout then(TokenLayout more) {
        return new TokenLayout(
                rows, tokens + more.tokens, joined(positions, more.positions), joined(texts, more.texts));
    }

    private int[] joined(int[] first, int[] second) {
        int more = second.length / rows;
        int[] joined = new int[first.length + second.length];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(first, row * tokens, joined, row * (tokens + more), tokens);
            System.arraycopy(second, row * more, joined, row * (tokens + more) + tokens, more);
        }
        return joined;
    }

    /** These rows alone, in this order. */
    TokenLayout keep(int[] kept) {
        return new TokenLayout(kept.length, tokens, rows(kept, positions), rows(kept, texts));
    }

    private int[] rows(int[] kept, int[] values) {
        return Arrays.stream(kept)
                .flatMap(row -> Arrays.stream(values, row * tokens, (row + 1) * tokens))
                .toArray();
    }

    /** Whether all rows are laid out as the first one. */
    boolean uniform() {
        return IntStream.range(tokens, positions.length)
                .allMatch(i -> positions[i] == positions[i % tokens] && texts[i] == texts[i % tokens]);
    }

    /**
     * Where in a row another text begins, if all texts start where the one before ends and padding comes last: in rows of one
     * text nowhere. Then what a token sees follows from the order of the tokens alone, if it sees what is before it.
     */
    Optional<long[]> cuts() {
        long[] starts = IntStream.range(1, tokens)
                .filter(i -> texts[i] != PADDING && texts[i] != texts[i - 1])
                .asLongStream()
                .toArray();
        return (rows == 1 || starts.length == 0) && IntStream.range(0, rows).allMatch(this::inOrder)
                ? Optional.of(starts)
                : Optional.empty();
    }

    private boolean inOrder(int row) {
        int first = row * tokens;
        return texts[first] != PADDING
                && positions[first] == 0
                && IntStream.range(first + 1, first + tokens)
                        .allMatch(i -> texts[i] == PADDING
                                || (texts[i] == texts[i - 1]
                                        ? positions[i] == positions[i - 1] + 1
                                        : rows == 1 && texts[i - 1] != PADDING && positions[i] == 0));
    }

    /** The first row alone. */
    TokenLayout first() {
        return keep(new int[] {0});
    }

    /** Index in the flat batch (B T) of each row's first token. */
    public long[] firsts() {
        return IntStream.range(0, rows)
                .mapToLong(row -> IntStream.range(row * tokens, (row + 1) * tokens)
                        .filter(i -> texts[i] != PADDING)
                        .findFirst()
                        .orElseThrow())
                .toArray();
    }

    /** Index in the flat batch (B T) of each row's last token. */
    public long[] ends() {
        return IntStream.range(0, rows)
                .mapToLong(row -> IntStream.range(row * tokens, (row + 1) * tokens)
                        .filter(i -> texts[i] != PADDING)
                        .max()
                        .orElseThrow())
                .toArray();
    }

    /** Row by row, 1 for a token and 0 for padding. */
    public float[] mask() {
        float[] mask = new float[texts.length];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = texts[i] == PADDING ? 0 : 1;
        }
        return mask;
    }
}
