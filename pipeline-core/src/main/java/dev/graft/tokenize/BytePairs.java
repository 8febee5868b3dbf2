// SPDX-License-Identifier: Apache-2.0
package dev.graft.tokenize;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pieces of words by byte-pair encoding (Sennrich et al. 2016, algorithm 1), as SentencePiece has them: each word begins with the
 * mark of its space, and no piece holds letters and signs.
 *
 * @param pieces in the order in which they were merged, then single characters, the most frequent first
 */
public record BytePairs(List<String> pieces) {
    /** Pieces of a SentencePiece model before its own. */
    public static final List<String> SPECIAL = List.of("<unk>", "<s>", "</s>");

    private static final String SPACE = "\u2581";
    private static final Pattern SPACES = Pattern.compile("[\\s\\p{Z}\\p{Cc}]+");
    private static final Pattern PARTS = Pattern.compile("▁?[\\p{L}\\p{M}]+|▁?\\p{N}|▁?[^\\p{L}\\p{M}\\p{N}▁]+|▁");
    private static final int PIECE = 1;
    private static final int TRAINER = 2;
    private static final int NORMALIZER = 3;
    private static final int NORMAL = 1;
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int BPE = 2;

    public BytePairs {
        pieces = List.copyOf(pieces);
    }

    /** A word as it is merged, and how often it occurs. */
    private static final class Word {
        private int[] symbols;
        private final long count;

        Word(int[] symbols, long count) {
            this.symbols = symbols;
            this.count = count;
        }
    }

    private record Candidate(long pair, String text, long count) {}

    /**
     * Merges the most frequent pair of neighbours, again and again; of pairs that are as frequent the first in the alphabet.
     *
     * @param size of the vocabulary, {@link #SPECIAL} included; fewer come of texts in which no pair occurs twice
     * @throws IllegalArgumentException if the texts have more characters than that
     */
    public static BytePairs learn(Iterable<String> texts, int size) {
        Map<String, Long> words = new TreeMap<>();
        for (String text : texts) {
            for (String word : SPACES.split(text)) {
                Matcher parts = PARTS.matcher(word.isEmpty() ? "" : SPACE + word.replace(SPACE, ""));
                while (parts.find()) {
                    words.merge(parts.group(), 1L, Long::sum);
                }
            }
        }
        return new Merging(words).until(size - SPECIAL.size());
    }

    /** The state of the algorithm. Not for several threads. */
    private static final class Merging {
        private final List<String> symbols = new ArrayList<>();
        private final Map<String, Integer> ids = new HashMap<>();
        private final Map<String, Long> characters = new HashMap<>();
        private final List<Word> words = new ArrayList<>();
        private final Map<Long, Long> counts = new HashMap<>();
        private final Map<Long, Set<Integer>> places = new HashMap<>();
        private final PriorityQueue<Candidate> queue = new PriorityQueue<>(Comparator.comparingLong(Candidate::count)
                .reversed()
                .thenComparing(Candidate::text)
                .thenComparing(Candidate::pair));

        Merging(Map<String, Long> counted) {
            counted.forEach((text, count) -> {
                int[] own = text.codePoints()
                        .mapToObj(Character::toString)
                        .peek(each -> characters.merge(each, count, Long::sum))
                        .mapToInt(this::id)
                        .toArray();
                words.add(new Word(own, count));
            });
            for (int word = 0; word < words.size(); word++) {
                count(word, 1);
            }
            counts.keySet().forEach(this::offer);
        }

        private int id(String symbol) {
            return ids.computeIfAbsent(symbol, each -> {
                symbols.add(each);
                return symbols.size() - 1;
            });
        }

        private static long pair(int left, int right) {
            return (long) left << 32 | right;
        }

        /** Adds a word's pairs, or takes them away. */
        private void count(int index, int sign) {
            Word word = words.get(index);
            for (int i = 0; i + 1 < word.symbols.length; i++) {
                long pair = pair(word.symbols[i], word.symbols[i + 1]);
                counts.merge(pair, sign * word.count, Long::sum);
                if (sign > 0) {
                    places.computeIfAbsent(pair, each -> new HashSet<>()).add(index);
                }
            }
        }

        private void offer(long pair) {
            long count = counts.getOrDefault(pair, 0L);
            if (count > 1) {
                queue.add(new Candidate(pair, merged(pair), count));
            }
        }

        private String merged(long pair) {
            return symbols.get((int) (pair >>> 32)) + symbols.get((int) pair);
        }

        BytePairs until(int most) {
            if (characters.size() > most) {
                throw new IllegalArgumentException("a vocabulary of " + (most + SPECIAL.size())
                        + " pieces; the texts have "
                        + characters.size() + " characters, so allowed are " + (characters.size() + SPECIAL.size())
                        + " or more");
            }
            List<String> pieces = new ArrayList<>();
            while (pieces.size() + characters.size() < most && !queue.isEmpty()) {
                Candidate best = queue.remove();
                if (counts.getOrDefault(best.pair, 0L) != best.count) {
                    continue; // it was counted before other merges took of it; it stands in the queue anew
                }
                boolean known = ids.containsKey(best.text);
                merge(best.pair, id(best.text));
                if (!known) {
                    pieces.add(best.text);
                }
            }
            characters.entrySet().stream()
                    .sorted(Map.Entry.<String, Long>comparingByValue()
                            .reversed()
                            .thenComparing(Map.Entry.comparingByKey()))
                    .forEach(each -> pieces.add(each.getKey()));
            return new BytePairs(pieces);
        }

        private void merge(long pair, int into) {
            Set<Long> touched = new HashSet<>();
            Set<Integer> holders = places.getOrDefault(pair, Set.of());
            for (int index : holders.stream().sorted().toList()) {
                count(index, -1);
                touch(index, touched);
                Word word = words.get(index);
                word.symbols = replaced(word.symbols, pair, into);
                count(index, 1);
                touch(index, touched);
            }
            places.remove(pair);
            counts.remove(pair);
            touched.remove(pair);
            touched.forEach(this::offer);
        }

        private void touch(int index, Set<Long> touched) {
            int[] own = words.get(index).symbols;
            for (int i = 0; i + 1 < own.length; i++) {
                touched.add(pair(own[i], own[i + 1]));
            }
        }

        private static int[] replaced(int[] symbols, long pair, int into) {
            int[] after = new int[symbols.length];
            int size = 0;
            for (int i = 0; i < symbols.length; i++) {
                boolean is = i + 1 < symbols.length && pair(symbols[i], symbols[i + 1]) == pair;
                after[size++] = is ? into : symbols[i];
                i += is ? 1 : 0;
            }
            return Arrays.copyOf(after, size);
        }
    }

    /** Writes a model that SentencePiece reads (its sentencepiece_model.proto): BPE, and no normalization but that of spaces. */
    public void write(Path file) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            CodedOutputStream model = CodedOutputStream.newInstance(bytes);
            for (int i = 0; i < SPECIAL.size(); i++) {
                model.writeByteArray(PIECE, piece(SPECIAL.get(i), 0, i == 0 ? UNKNOWN : CONTROL));
            }
            for (int i = 0; i < pieces.size(); i++) {
                model.writeByteArray(PIECE, piece(pieces.get(i), -i, NORMAL));
            }
            model.writeByteArray(TRAINER, message(trainer -> {
                trainer.writeEnum(3, BPE);
                trainer.writeInt32(4, pieces.size() + SPECIAL.size());
            }));
            model.writeByteArray(NORMALIZER, message(normalizer -> normalizer.writeString(1, "identity")));
            model.flush();
            Files.write(file, bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException("can't write " + file + ": " + e, e);
        }
    }

    @FunctionalInterface
    private interface Fields {
        void write(CodedOutputStream message) throws IOException;
    }

    private static byte[] piece(String text, float score, int type) throws IOException {
        return message(piece -> {
            piece.writeString(1, text);
            piece.writeFloat(2, score);
            piece.writeEnum(3, type);
        });
    }

    private static byte[] message(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream message = CodedOutputStream.newInstance(bytes);
        fields.write(message);
        message.flush();
        return bytes.toByteArray();
    }
}
