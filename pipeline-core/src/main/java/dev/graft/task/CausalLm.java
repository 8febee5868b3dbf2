// SPDX-License-Identifier: Apache-2.0
package dev.graft.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.corpus.Message;
import dev.graft.generate.CausalDecoder;
import dev.graft.generate.Generator;
import dev.graft.generate.Hypothesis;
import dev.graft.generate.Pick;
import dev.graft.generate.Request;
import dev.graft.model.ComputeType;
import dev.graft.model.HeadKind;
import dev.graft.model.Model;
import dev.graft.nn.Context;
import dev.graft.nn.Pass;
import dev.graft.nn.TokenBatch;
import dev.graft.nn.engine.Devices;
import dev.graft.nn.engine.GradMode;
import dev.graft.tokenize.ChatTemplate;
import dev.graft.tokenize.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * A language model that predicts each token from those before it: how likely a text is, and how it goes on. May be shared by
 * threads. B is the batch, T the tokens, H the hidden width, P the predicted tokens, V the vocabulary.
 */
public final class CausalLm implements AutoCloseable {
    /** Tokens of the texts that are read together, padding included; one text may have more. */
    private static final int BATCH = 512;
    /** Tokens whose scores over the vocabulary are held at once. */
    private static final int SCORED = 128;
    /** Tokens of the prompts that are answered together. */
    private static final int BUDGET = 2048;

    private final NDManager manager;
    private final Tokenizer tokenizer;
    private final Model model;
    private final Generator generator;
    private final Optional<ChatTemplate> template;

    /**
     * @param folder of Hugging Face, or a GGUF file
     * @throws CheckpointException if a file is missing, or is not of a decoder that can be read
     */
    public CausalLm(Path folder) {
        this(folder, OptionalInt.empty(), ComputeType.FLOAT32);
    }

    /**
     * As the other, on a GPU if one is given, which multiplies floats alone.
     *
     * @param gpu its number as CUDA counts in this process
     */
    public CausalLm(Path folder, OptionalInt gpu, ComputeType compute) {
        this(ModelFolder.read(folder), compute, NDManager.newBaseManager(Devices.of(gpu), "PyTorch"));
    }

    private CausalLm(ModelFolder files, ComputeType compute, NDManager manager) {
        this(files, loaded(files, compute, manager), manager);
    }

    /**
     * Of a model that was built elsewhere, such as one with an adapter.
     *
     * @param files its folder
     * @param manager owns its parameters, and is closed with this
     */
    public CausalLm(ModelFolder files, Model model, NDManager manager) {
        this.model = model;
        this.manager = manager;
        try {
            tokenizer = Tokenizer.whole(files.tokenizer());
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
        template = ChatTemplate.of(files, tokenizer);
        BitSet ends = new BitSet();
        files.ends().forEach(ends::set);
        generator = new Generator(new CausalDecoder(model, ends, manager), BUDGET);
    }

    private static Model loaded(ModelFolder files, ComputeType compute, NDManager manager) {
        try {
            return Loading.model(files, HeadKind.CAUSAL_LM, compute, manager);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /**
     * Looks whether a folder holds such a model, at configuration and heads alone.
     *
     * @throws CheckpointException as the constructor
     */
    public static void require(Path folder) {
        Loading.require(ModelFolder.read(folder), HeadKind.CAUSAL_LM);
    }

    /**
     * The exponential of the mean negative log-likelihood of each text's tokens, given those before them; the first token is
     * not predicted. A text that is longer than the model's input is read in stretches that share one token. Equal texts are read
     * once, stretches of like length together; the last digits depend on what else is in the batch.
     *
     * @return one or more for each text; not a number where it has fewer than two tokens
     */
    public double[] perplexities(List<String> texts) {
        return read(texts).stream()
                .mapToDouble(read -> read.predicted < 1 ? Double.NaN : Math.exp(-read.likelihood / read.predicted))
                .toArray();
    }

    /** The sum of the log-likelihoods of each text's tokens, as {@link #perplexities}; 0 where it has fewer than two. */
    public double[] likelihoods(List<String> texts) {
        return read(texts).stream().mapToDouble(Read::likelihood).toArray();
    }

    /** @param predicted its tokens but for the first */
    private record Read(double likelihood, int predicted) {}

    private List<Read> read(List<String> texts) {
        List<Stretch> stretches = new ArrayList<>();
        List<String> distinct = texts.stream().distinct().toList();
        int[] predicted = new int[distinct.size()];
        for (int text = 0; text < distinct.size(); text++) {
            long[] ids = tokenizer.pieces(distinct.get(text)).ids();
            predicted[text] = ids.length - 1;
            for (int from = 0; from + 1 < ids.length; from += model.positions() - 1) {
                int to = Math.min(ids.length, from + model.positions());
                stretches.add(new Stretch(text, Arrays.copyOfRange(ids, from, to)));
            }
        }
        stretches.sort(Comparator.comparingInt(stretch -> stretch.ids.length));
        double[] sums = new double[distinct.size()];
        for (int from = 0; from < stretches.size(); ) {
            int to = from + 1;
            while (to < stretches.size() && (to + 1 - from) * stretches.get(to).ids.length <= BATCH) {
                to++;
            }
            addLikelihoods(stretches.subList(from, to), sums);
            from = to;
        }
        Map<String, Read> byText = new HashMap<>();
        for (int text = 0; text < predicted.length; text++) {
            byText.put(distinct.get(text), new Read(sums[text], predicted[text]));
        }
        return texts.stream()
                .map(text -> Objects.requireNonNull(byText.get(text)))
                .toList();
    }

    /** Two or more tokens of a text. */
    private record Stretch(int text, long[] ids) {}

    private void addLikelihoods(List<Stretch> stretches, double[] sums) {
        try (GradMode off = GradMode.off();
                NDManager scope = manager.newSubManager()) {
            TokenBatch batch =
                    TokenBatch.padded(stretches.stream().map(Stretch::ids).toList(), scope);
            long width = batch.layout().tokens();
            List<Long> rows = new ArrayList<>();
            List<Long> next = new ArrayList<>();
            List<Integer> texts = new ArrayList<>();
            for (int row = 0; row < stretches.size(); row++) {
                long[] ids = stretches.get(row).ids();
                for (int token = 1; token < ids.length; token++) {
                    rows.add(row * width + token - 1);
                    next.add(ids[token]);
                    texts.add(stretches.get(row).text());
                }
            }
            Context context = Context.of(batch.layout(), scope, Pass.EVALUATION)
                    .only(rows.stream().mapToLong(Long::longValue).toArray());
            NDArray states = model.states(batch.ids(), context).squeeze(0); // (P, H)
            for (int from = 0; from < rows.size(); from += SCORED) {
                int to = Math.min(rows.size(), from + SCORED);
                float[] likelihoods = likelihoods(states.get(from + ":" + to), next.subList(from, to), context);
                for (int i = 0; i < likelihoods.length; i++) {
                    sums[texts.get(from + i)] += likelihoods[i];
                }
            }
        }
    }

    /** The log-likelihoods of tokens (P), given the states (P, H) before them. */
    private float[] likelihoods(NDArray before, List<Long> next, Context context) {
        try (NDManager part = before.getManager().newSubManager()) {
            NDArray tokens = part.create(
                    next.stream().mapToLong(Long::longValue).toArray(), new Shape(next.size(), 1)); // (P, 1)
            before.attach(part);
            return model.logits(before, context)
                    .logSoftmax(-1)
                    .gather(tokens, 1)
                    .toFloatArray();
        }
    }

    /**
     * The logits (V) of the token behind each prompt.
     *
     * @param prompts of one token or more
     */
    public float[][] next(List<String> prompts) {
        float[][] logits = new float[prompts.size()][];
        for (int i = 0; i < logits.length; i++) {
            try (NDManager scope = manager.newSubManager()) {
                logits[i] = last(tokenizer.ids(prompts.get(i)), scope);
            }
        }
        return logits;
    }

    /** The logits (V) behind the last token. */
    float[] last(long[] ids, NDManager scope) {
        try (GradMode off = GradMode.off()) {
            TokenBatch batch = TokenBatch.padded(List.of(ids), scope);
            Context context = Context.of(batch.layout(), scope, Pass.EVALUATION).only(ids.length - 1);
            return model.logits(model.states(batch.ids(), context), context).toFloatArray();
        }
    }

    /**
     * How each prompt goes on, by the likeliest token in each step.
     *
     * @param prompts as the model reads them, with what a chat template puts around them
     * @param most tokens of an answer
     */
    public List<Hypothesis> answers(List<String> prompts, int most) {
        return generator.answer(prompts.stream()
                .map(prompt -> new Request(ints(tokenizer.ids(prompt)), everything(), most))
                .toList());
    }

    /**
     * How a conversation goes on.
     *
     * @param most tokens of the answer, less where the model reads no more
     * @param pick how each is chosen
     * @param told gets the text as far as it is written, again and again
     * @throws CheckpointException where the model has no chat template, or the conversation is longer than it reads
     */
    public Hypothesis answer(List<Message> conversation, int most, Pick pick, Consumer<String> told) {
        List<Integer> written = new ArrayList<>();
        return generator.answer(request(conversation, most, pick), token -> {
            written.add(token);
            told.accept(text(new Hypothesis(written, true)));
        });
    }

    /** As {@link #answer}, of several in batches. */
    public List<Hypothesis> answers(List<List<Message>> conversations, int most, List<Pick> picks) {
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < conversations.size(); i++) {
            requests.add(request(conversations.get(i), most, picks.get(i)));
        }
        return generator.answer(requests);
    }

    private Request request(List<Message> conversation, int most, Pick pick) {
        String prompt = template.orElseThrow(() -> new CheckpointException(
                        "the model has no chat template: it can go on with a text," + " but not answer a conversation"))
                .render(conversation, true);
        int[] ids = ints(tokenizer.pieces(prompt).ids());
        int room = model.positions() - ids.length;
        if (room < 1) {
            throw new CheckpointException("the conversation has " + ids.length + " tokens, and the model reads "
                    + model.positions() + "; make it shorter");
        }
        return new Request(ids, everything(), Math.min(most, room), pick);
    }

    private BitSet everything() {
        BitSet all = new BitSet();
        all.set(0, model.vocabulary());
        return all;
    }

    private static int[] ints(long[] ids) {
        return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
    }

    /** The text of an answer, without special tokens. */
    public String text(Hypothesis answer) {
        return tokenizer.text(
                answer.tokens().stream().mapToLong(Integer::longValue).toArray());
    }

    /** May be shared by threads. */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    @Override
    public void close() {
        tokenizer.close();
        manager.close();
    }
}
