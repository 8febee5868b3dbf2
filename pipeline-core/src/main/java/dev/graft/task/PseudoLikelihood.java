// SPDX-License-Identifier: Apache-2.0
package dev.graft.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.model.HeadKind;
import dev.graft.model.Model;
import dev.graft.nn.engine.Devices;
import dev.graft.nn.engine.GradMode;
import dev.graft.task.MaskedLm.Blank;
import dev.graft.task.MaskedLm.Window;
import dev.graft.tokenize.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.LongStream;

/**
 * How likely words of a text are to a masked language model, given all that stands around them: the pseudo-log-likelihood of
 * Salazar et al. 2020 (section 2), of these words alone. A word of several pieces is read as Kauf & Ivanova 2023 do (PLL-word-l2r):
 * from left to right, each piece with itself and those behind it hidden, since a word's end would give its beginning away. Several
 * words of a text are read as if they were one, so that an article does not vouch for the noun that it was chosen for. How many
 * masks stand there does tell how long the word is. Any family with this head will do, whatever its tokenizer. May be shared by
 * threads. B is the batch, T the tokens, H the hidden width, K the words that are asked for at one place, V the vocabulary.
 */
public final class PseudoLikelihood implements AutoCloseable {
    /** Tokens of a text that are looked at together; more cost time and tell little of a word. */
    private static final int WINDOW = 256;

    /** Windows that are read together, and their tokens, padding included. */
    private static final int ROWS = 32;

    private static final int BATCH = 512;

    private final NDManager manager;
    private final Tokenizer tokenizer;
    private final long mask;
    private final long first;
    private final long last;
    private final Model model;
    private final int room;

    /**
     * Words of a text.
     *
     * @param words by start, not overlapping
     */
    public record Placed(String text, List<Blank> words) {}

    /**
     * On the CPU, or on a GPU if one is given.
     *
     * @param gpu its number as CUDA counts in this process
     * @throws CheckpointException if a file is missing, or is not of a masked language model with its head
     */
    public PseudoLikelihood(Path folder, OptionalInt gpu) {
        ModelFolder files = ModelFolder.read(folder);
        mask = files.mask();
        manager = NDManager.newBaseManager(Devices.of(gpu), "PyTorch");
        long[] around;
        try {
            model = Loading.model(files, HeadKind.MASKED_LM, manager);
            tokenizer = Tokenizer.whole(files.tokenizer());
            around = tokenizer.ids("");
            if (around.length != 2) {
                throw new CheckpointException(folder + ": the tokenizer puts " + around.length
                        + " tokens around a text; allowed is one on either side, as [CLS] and [SEP]");
            }
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
        first = around[0];
        last = around[1];
        room = Math.min(WINDOW, model.positions()) - around.length;
    }

    /**
     * Looks whether a folder holds such a model, at configuration, heads and tokenizer alone.
     *
     * @throws CheckpointException as the constructor
     */
    public static void require(Path folder) {
        ModelFolder files = ModelFolder.read(folder);
        Loading.require(files, HeadKind.MASKED_LM);
        files.mask();
    }

    /** A window with masks, and that of them whose token is asked for; windows that are alike are read once. */
    private record Place(List<Long> ids, int mask) {}

    /** A token that may stand at a place, and whose words it is of. */
    private record Piece(int words, long id) {}

    /** The sums over the pieces of each, in nats; the last digits depend on what else is in the batch. */
    public double[] likelihoods(List<Placed> all) {
        Map<Place, List<Piece>> byPlace = new LinkedHashMap<>();
        for (int words = 0; words < all.size(); words++) {
            place(words, all.get(words), byPlace);
        }
        List<Place> places = byPlace.keySet().stream()
                .sorted(Comparator.comparingInt(place -> place.ids.size()))
                .toList();
        double[] sums = new double[all.size()];
        for (int from = 0; from < places.size(); ) {
            int to = from + 1;
            while (to < Math.min(places.size(), from + ROWS)
                    && (to + 1 - from) * places.get(to).ids.size() <= BATCH) {
                to++;
            }
            List<Place> some = places.subList(from, to);
            add(some, some.stream().map(byPlace::get).toList(), sums);
            from = to;
        }
        return sums;
    }

    private void place(int words, Placed placed, Map<Place, List<Piece>> byPlace) {
        Tokenizer.Pieces tokens = tokenizer.pieces(placed.text);
        List<Integer> asked = new ArrayList<>();
        for (int i = 0; i < tokens.ids().length; i++) {
            int start = tokens.starts()[i];
            int end = tokens.ends()[i];
            if (placed.words.stream().anyMatch(word -> start < word.end() && end > word.start())) {
                asked.add(i);
            }
        }
        long[] hidden = tokens.ids().clone();
        asked.forEach(at -> hidden[at] = mask);
        for (int at : asked) {
            int from = Math.max(0, Math.min(at - room / 2, hidden.length - room));
            int to = Math.min(hidden.length, from + room);
            List<Long> ids = LongStream.concat(
                            LongStream.of(first),
                            LongStream.concat(LongStream.of(hidden).skip(from).limit(to - from), LongStream.of(last)))
                    .boxed()
                    .toList();
            byPlace.computeIfAbsent(new Place(ids, at - from + 1), any -> new ArrayList<>())
                    .add(new Piece(words, tokens.ids()[at]));
            hidden[at] = tokens.ids()[at];
        }
    }

    private void add(List<Place> places, List<List<Piece>> pieces, double[] sums) {
        int most = pieces.stream().mapToInt(List::size).max().orElseThrow();
        long[] ids = new long[places.size() * most];
        for (int row = 0; row < places.size(); row++) {
            for (int i = 0; i < pieces.get(row).size(); i++) {
                ids[row * most + i] = pieces.get(row).get(i).id;
            }
        }
        List<Window> windows = places.stream()
                .map(place ->
                        new Window(place.ids.stream().mapToLong(Long::longValue).toArray(), new int[] {place.mask}))
                .toList();
        try (GradMode off = GradMode.off();
                NDManager scope = manager.newSubManager()) {
            NDArray logits = MaskedLm.logits(model, windows, scope); // (B, V)
            float[] likelihoods = logits.logSoftmax(-1)
                    .gather(scope.create(ids, new Shape(places.size(), most)), 1) // (B, K)
                    .toFloatArray();
            for (int row = 0; row < places.size(); row++) {
                for (int i = 0; i < pieces.get(row).size(); i++) {
                    sums[pieces.get(row).get(i).words] += likelihoods[row * most + i];
                }
            }
        }
    }

    @Override
    public void close() {
        tokenizer.close();
        manager.close();
    }
}
