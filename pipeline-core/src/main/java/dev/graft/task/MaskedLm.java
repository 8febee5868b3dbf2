// SPDX-License-Identifier: Apache-2.0
package dev.graft.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.model.HeadKind;
import dev.graft.model.Model;
import dev.graft.nn.Context;
import dev.graft.nn.Pass;
import dev.graft.nn.TokenBatch;
import dev.graft.nn.TokenLayout;
import dev.graft.nn.engine.Devices;
import dev.graft.tokenize.Tokenizer;
import dev.graft.tokenize.WordPieces;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * The masked language model of BERT (Devlin et al. 2019, section 3.1): guesses the words of blanks from what stands around
 * them. May be shared by threads. B is the batch, T the tokens, H the hidden width, M the blanks, V the vocabulary.
 */
public final class MaskedLm implements AutoCloseable {
    /** Tokens of a text that are looked at together; more cost time and tell little of a word. */
    private static final int WINDOW = 256;

    private static final int BATCH = 32;
    /** Blanks whose scores over the vocabulary are held at once. */
    private static final int SCORED = 64;

    private final NDManager manager;
    private final Tokenizer tokenizer;
    private final WordPieces pieces;
    private final int room;
    private final Model model;

    /**
     * Chars of a text that are hidden.
     *
     * @param start first char, inclusive
     * @param end last char, exclusive; equal to {@code start} where a word is missing
     */
    public record Blank(int start, int end) {}

    /**
     * @param word as the vocabulary has it, made of letters
     * @param probability from 0 to 1
     */
    public record Guess(String word, double probability) {}

    /**
     * A stretch of a text with blanks.
     *
     * @param ids with the special tokens
     * @param blanks indices of masks in {@code ids} whose words are asked for
     */
    record Window(long[] ids, int[] blanks) {}

    /**
     * @throws CheckpointException if a file is missing, or is not of a BERT model with its language-model head
     */
    public MaskedLm(Path folder) {
        this(folder, OptionalInt.empty());
    }

    /**
     * As the other, on a GPU if one is given.
     *
     * @param gpu its number as CUDA counts in this process
     */
    public MaskedLm(Path folder, OptionalInt gpu) {
        ModelFolder files = ModelFolder.read(folder);
        manager = NDManager.newBaseManager(Devices.of(gpu), "PyTorch");
        try {
            model = Loading.model(files, HeadKind.MASKED_LM, manager);
            pieces = WordPieces.read(files.tokenizer(), folder.toString());
            tokenizer = Tokenizer.whole(files.tokenizer());
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
        room = Math.min(WINDOW, model.positions()) - 2;
    }

    /**
     * Looks whether a folder holds such a model, at configuration and heads alone.
     *
     * @throws CheckpointException as the constructor
     */
    public static void require(Path folder) {
        ModelFolder files = ModelFolder.read(folder);
        Loading.require(files, HeadKind.MASKED_LM);
        WordPieces.read(files.tokenizer(), folder.toString());
    }

    /**
     * Guesses the words of blanks in copies of one text; the blanks of a copy are hidden together. The last digits of a
     * probability depend on what else is in the batch: equal arguments give equal answers.
     *
     * @param copies the blanks of each copy, by start, not overlapping
     * @param topK likeliest tokens of which those that are whole words are answered
     * @return for each copy and blank the guesses, the likeliest first; empty where no whole word is among them
     */
    public List<List<List<Guess>>> guesses(String text, List<List<Blank>> copies, int topK) {
        Tokenizer.Pieces tokens =
                copies.stream().allMatch(List::isEmpty) ? Tokenizer.Pieces.NONE : tokenizer.pieces(text);
        List<Window> windows = new ArrayList<>();
        copies.forEach(blanks -> windows.addAll(windows(tokens, blanks)));
        List<List<Guess>> all = new ArrayList<>();
        for (int from = 0; from < windows.size(); from += BATCH) {
            all.addAll(batch(windows.subList(from, Math.min(windows.size(), from + BATCH)), topK));
        }
        List<List<List<Guess>>> byCopy = new ArrayList<>();
        int at = 0;
        for (List<Blank> blanks : copies) {
            byCopy.add(all.subList(at, at + blanks.size()));
            at += blanks.size();
        }
        return byCopy;
    }

    /** Stretches in which each blank has at least a quarter of the room on either side, or the text's end. */
    private List<Window> windows(Tokenizer.Pieces tokens, List<Blank> blanks) {
        long[] ids = new long[tokens.ids().length + blanks.size()];
        int[] masks = new int[blanks.size()];
        int length = 0;
        int token = 0;
        for (int i = 0; i < masks.length; i++) {
            while (token < tokens.ids().length
                    && tokens.ends()[token] <= blanks.get(i).start()) {
                ids[length++] = tokens.ids()[token++];
            }
            masks[i] = length;
            ids[length++] = pieces.mask();
            while (token < tokens.ids().length
                    && tokens.starts()[token] < blanks.get(i).end()) {
                token++;
            }
        }
        while (token < tokens.ids().length) {
            ids[length++] = tokens.ids()[token++];
        }
        List<Window> windows = new ArrayList<>();
        int margin = room / 4;
        for (int first = 0; first < masks.length; ) {
            int to = Math.min(length, Math.max(0, masks[first] - margin) + room);
            int from = Math.max(0, to - room);
            int next = first;
            while (next < masks.length && (to == length || masks[next] < to - margin)) {
                next++;
            }
            windows.add(window(ids, from, to, Arrays.copyOfRange(masks, first, next)));
            first = next;
        }
        return windows;
    }

    private Window window(long[] text, int from, int to, int[] masks) {
        long[] ids = new long[to - from + 2];
        ids[0] = pieces.first();
        System.arraycopy(text, from, ids, 1, to - from);
        ids[ids.length - 1] = pieces.last();
        return new Window(ids, Arrays.stream(masks).map(mask -> mask - from + 1).toArray());
    }

    private List<List<Guess>> batch(List<Window> windows, int topK) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray states = states(model, windows, scope); // (M, H)
            List<List<Guess>> guesses = new ArrayList<>();
            long blanks = states.getShape().get(0);
            for (long from = 0; from < blanks; from += SCORED) {
                try (NDManager part = scope.newSubManager()) {
                    NDArray some = states.get(from + ":" + Math.min(blanks, from + SCORED));
                    some.attach(part);
                    guesses.addAll(likeliest(logits(model, some), topK));
                }
            }
            return guesses;
        }
    }

    /** The scores of all tokens for all blanks (M, V), owned by {@code scope}. */
    NDArray logits(List<Window> windows, NDManager scope) {
        return logits(model, windows, scope);
    }

    /** As the other, by any model with this head. */
    static NDArray logits(Model model, List<Window> windows, NDManager scope) {
        return logits(model, states(model, windows, scope));
    }

    /** The hidden states of the blanks (M, H). */
    private static NDArray states(Model model, List<Window> windows, NDManager scope) {
        TokenBatch batch = TokenBatch.padded(windows.stream().map(Window::ids).toList(), scope);
        List<Long> places = new ArrayList<>();
        for (int row = 0; row < windows.size(); row++) {
            for (int blank : windows.get(row).blanks()) {
                places.add((long) row * batch.layout().tokens() + blank);
            }
        }
        Context context = Context.of(batch.layout(), scope, Pass.EVALUATION)
                .only(places.stream().mapToLong(Long::longValue).toArray());
        return model.states(batch.ids(), context).squeeze(0); // (M, H)
    }

    /** (M, H) to (M, V). */
    private static NDArray logits(Model model, NDArray states) {
        TokenLayout none = TokenLayout.padded(1);
        return model.logits(states, Context.of(none, states.getManager(), Pass.EVALUATION));
    }

    private List<List<Guess>> likeliest(NDArray logits, int topK) {
        int kept = (int) Math.min(topK, logits.getShape().get(1));
        NDList top = logits.softmax(-1).topK(kept, 1, true, true);
        float[] probabilities = top.get(0).toFloatArray();
        long[] ids = top.get(1).toLongArray();
        List<List<Guess>> guesses = new ArrayList<>();
        for (int from = 0; from < ids.length; from += kept) {
            List<Guess> words = new ArrayList<>();
            for (int i = from; i < from + kept; i++) {
                String word = ids[i] < pieces.words().length ? pieces.words()[(int) ids[i]] : "";
                if (!word.isEmpty()) {
                    words.add(new Guess(word, probabilities[i]));
                }
            }
            guesses.add(words);
        }
        return guesses;
    }

    @Override
    public void close() {
        tokenizer.close();
        manager.close();
    }
}
