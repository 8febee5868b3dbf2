// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.objective;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.graft.nn.TokenBatch;
import dev.graft.nn.TokenLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Texts laid out for one pass: one a line, padded behind, or several a line. Those of a line see nothing of each other, and the
 * positions of each start anew.
 *
 * @param ids (B T) line by line, 0 in the place of padding
 * @param starts index of each text's first token
 */
record Arrangement(long[] ids, TokenLayout tokens, int[] starts) {
    static Arrangement padded(List<long[]> texts) {
        return of(texts, IntStream.range(0, texts.size()).mapToObj(List::of).toList());
    }

    /**
     * First fit, the longest first (Johnson 1973): a text goes on the first line that has room.
     *
     * @param width tokens of a line; a longer text has one of its own
     */
    static Arrangement packed(List<long[]> texts, int width) {
        List<List<Integer>> lines = new ArrayList<>();
        List<Integer> room = new ArrayList<>();
        IntStream.range(0, texts.size())
                .boxed()
                .sorted(Comparator.comparingInt(text -> -texts.get(text).length))
                .forEach(text -> {
                    int length = texts.get(text).length;
                    int line = 0;
                    while (line < lines.size() && room.get(line) < length) {
                        line++;
                    }
                    if (line == lines.size()) {
                        lines.add(new ArrayList<>());
                        room.add(Math.max(width, length));
                    }
                    lines.get(line).add(text);
                    room.set(line, room.get(line) - length);
                });
        return of(texts, lines);
    }

    private static Arrangement of(List<long[]> texts, List<List<Integer>> lines) {
        int width = lines.stream()
                .mapToInt(line ->
                        line.stream().mapToInt(text -> texts.get(text).length).sum())
                .max()
                .orElseThrow();
        long[] ids = new long[lines.size() * width];
        int[] positions = new int[ids.length];
        int[] owners = new int[ids.length];
        int[] starts = new int[texts.size()];
        Arrays.fill(owners, TokenLayout.PADDING);
        for (int line = 0; line < lines.size(); line++) {
            int at = line * width;
            for (int i = 0; i < lines.get(line).size(); i++) {
                int text = lines.get(line).get(i);
                starts[text] = at;
                for (int token = 0; token < texts.get(text).length; token++, at++) {
                    ids[at] = texts.get(text)[token];
                    positions[at] = token;
                    owners[at] = i;
                }
            }
        }
        return new Arrangement(ids, new TokenLayout(lines.size(), width, positions, owners), starts);
    }

    TokenBatch on(NDManager manager) {
        return new TokenBatch(manager.create(ids, new Shape(tokens.rows(), tokens.tokens())), tokens);
    }
}
