// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.checkpoint.Tensor;
import dev.graft.nn.Quantization;
import dev.graft.tokenize.Tokenizer;
import dev.graft.train.FirstStep;
import dev.graft.train.Learner;
import dev.graft.train.data.ChatFormat;
import dev.graft.train.data.Cuts;
import dev.graft.train.data.LabelledTokens;
import dev.graft.train.data.Pair;
import dev.graft.train.data.Passes;
import dev.graft.train.data.Row;
import dev.graft.train.data.TextTargets;
import dev.graft.train.data.Words;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import picocli.CommandLine.Help.Ansi;

/** What can be told of a training before it starts: rows, what carries loss, what is trained, memory, one step's gradients. */
public final class Check {
    private static final int SHOWN = 2;
    private static final int ASKED = 20;

    /** Tokens whose logits, their logarithms and the gradients of both are there at once. */
    private static final int LOGITS = 4 * 256;

    /** Of a JVM and the engine, where the system does not tell. */
    private static final long OVERHEAD = 900_000_000;

    private Check() {}

    /**
     * Tells it, and takes no step.
     *
     * @return what is wrong, so that a training would teach nothing or not end; empty where nothing is
     */
    public static List<String> run(TuneSettings settings, PrintWriter out) {
        try (Tuning<?> tuning = Tuning.open(settings)) {
            return tell(tuning, out);
        }
    }

    private static <R extends Row> List<String> tell(Tuning<R> tuning, PrintWriter out) {
        List<String> problems = new ArrayList<>();
        out.println("rows: " + rows(tuning));
        tuning.rows().refused().forEach(each -> out.println("  refused: " + each.place() + ": " + each.reason()));
        out.println("loss falls on the marked tokens:");
        tuning.rows().train().stream().limit(SHOWN).forEach(row -> out.println(marked(row, tuning.tokenizer())));
        prompt(tuning).ifPresent(said -> out.println("WARNING: " + said));
        out.println("trained: " + trained(tuning));
        out.println("memory: " + memory(tuning, problems));
        out.flush();
        out.println("one step: " + gradients(tuning, problems));
        problems.forEach(each -> out.println("PROBLEM: " + each));
        out.flush();
        return problems;
    }

    /** A line on the rows: how many, how long, how much is cut off and refused. */
    static <R extends Row> String rows(Tuning<R> tuning) {
        TuneRows<R> rows = tuning.rows();
        Cuts cuts = rows.cuts();
        return String.format(
                Locale.ROOT,
                "%,d to learn from and %,d held out; %,d tokens, of which %,d carry loss; %.1f %% of the rows are cut at"
                        + " max-length = %d, and %.1f %% of the tokens that carry loss with them; %,d rows refused; %,d steps",
                rows.train().size(),
                rows.validation().size(),
                rows.train().stream().mapToLong(Row::tokens).sum(),
                cuts.targets() - cuts.lost(),
                100.0 * cuts.cut() / Math.max(1, cuts.rows()),
                tuning.settings().maxLength(),
                100.0 * cuts.lost() / Math.max(1, cuts.targets()),
                rows.refused().size(),
                tuning.steps());
    }

    /** What is wrong with how the template asks: its tokens are those that stood before an answer as it was learnt. */
    private static Optional<String> prompt(Tuning<?> tuning) {
        List<LabelledTokens> rows = new ArrayList<>();
        for (Row row : tuning.rows()
                .train()
                .subList(0, Math.min(ASKED, tuning.rows().train().size()))) {
            if (row instanceof Pair pair) {
                rows.add(pair.chosen());
            } else if (row instanceof LabelledTokens tokens
                    && tuning.settings().teaching().kind() == ObjectiveKind.SFT) {
                rows.add(tokens);
            }
        }
        return rows.isEmpty()
                ? Optional.empty()
                : ChatFormat.of(tuning.model().files(), tuning.tokenizer()).otherPrompt(rows);
    }

    private static String marked(Row row, Tokenizer tokenizer) {
        if (row instanceof Pair pair) {
            return "chosen: " + marked(pair.chosen(), tokenizer) + "\nrejected: " + marked(pair.rejected(), tokenizer);
        }
        if (row instanceof Words words) {
            return words.id() + ": " + tokenizer.whole(words.ids());
        }
        if (row instanceof TextTargets text) {
            return text.id() + ": " + tokenizer.whole(text.ids()) + " -> " + Arrays.toString(text.expected());
        }
        return row instanceof LabelledTokens tokens ? marked(tokens, tokenizer) : row.id();
    }

    /** The text of a row, where what carries loss is green, or between brackets where there are no colours. */
    static String marked(LabelledTokens row, Tokenizer tokenizer) {
        StringBuilder text = new StringBuilder(row.id()).append(": ");
        for (int from = 0; from < row.tokens(); ) {
            boolean learnt = row.labels()[from] != LabelledTokens.NONE;
            int to = from;
            while (to < row.tokens() && (row.labels()[to] != LabelledTokens.NONE) == learnt) {
                to++;
            }
            String part = tokenizer.whole(Arrays.copyOfRange(row.ids(), from, to));
            text.append(learnt ? Ansi.AUTO.enabled() ? "\u001b[32m" + part + "\u001b[0m" : "⟦" + part + "⟧" : part);
            from = to;
        }
        return text.toString();
    }

    /** Parameters that differ by the number of their layer alone are told together. */
    private static String pattern(String parameter) {
        return parameter.replaceAll("\\.\\d+\\.", ".*.");
    }

    private static String trained(Tuning<?> tuning) {
        Map<String, Integer> coverage = new TreeMap<>();
        long values = 0;
        for (Map.Entry<String, NDArray> each : tuning.model().parameters().entrySet()) {
            coverage.merge(pattern(each.getKey()), 1, Integer::sum);
            values += each.getValue().size();
        }
        long all = parameters(tuning);
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT, "%,d values, %.2f %% of the %,d of the model", values, 100.0 * values / all, all));
        coverage.forEach(
                (name, count) -> text.append("\n  ").append(count).append(" x ").append(name));
        return text.toString();
    }

    private static long parameters(Tuning<?> tuning) {
        return tuning.model().files().weights().tensors().stream()
                .mapToLong(Tensor::size)
                .sum();
    }

    private static <R extends Row> List<R> longestPass(Tuning<R> tuning) {
        List<R> sorted = new ArrayList<>(tuning.rows().train());
        sorted.sort(Comparator.comparingInt(Row::tokens).reversed());
        int rows = Math.min(sorted.size(), tuning.settings().loop().batchSize());
        List<List<R>> passes =
                Passes.of(sorted.subList(0, rows), tuning.settings().loop().passTokens());
        return passes.get(passes.size() - 1);
    }

    /**
     * What the process holds with the model in it, and in fp32 gradients and moments of what is trained, logits of a loss and their
     * gradients, and what the layers keep of the longest pass for the way back: about 14 times the width, 5 times the inner width
     * and twice the attention weights.
     */
    private static <R extends Row> String memory(Tuning<R> tuning, List<String> problems) {
        JsonNode config = tuning.model().files().config();
        List<R> pass = longestPass(tuning);
        long longest = pass.stream().mapToInt(Row::tokens).max().orElse(0);
        long tokens = longest * pass.size();
        long width = config.path("hidden_size").asLong(config.path("n_embd").asLong());
        long inner = config.path("intermediate_size").asLong(4 * width);
        long layers = layers(tuning);
        long heads =
                config.path("num_attention_heads").asLong(config.path("n_head").asLong());
        long trained = tuning.model().parameters().values().stream()
                .mapToLong(NDArray::size)
                .sum();
        long kept = 14 * width + 5 * inner + 2 * heads * longest;
        boolean again = tuning.settings().loop().activationCheckpointing();
        // Of layers that are computed again, all have their inputs kept, and one the rest.
        long activations = tokens * (again ? kept + layers * width : layers * kept);
        long logits = 4L * LOGITS * tuning.model().model().vocabulary();
        OptionalLong resident = memory("/proc/self/status", "VmRSS:");
        long held = resident.orElse(weights(tuning) + OVERHEAD) + widened(tuning);
        long bytes = held + 4 * (3 * trained + activations + logits);
        OptionalLong available = memory("/proc/meminfo", "MemAvailable:");
        OptionalLong free = available.isPresent()
                ? OptionalLong.of(available.getAsLong() + resident.orElse(0))
                : OptionalLong.empty();
        String text = String.format(
                Locale.ROOT,
                "about %.1f GB, for passes of up to %,d tokens; %s",
                bytes / 1e9,
                tokens,
                free.isPresent()
                        ? String.format(Locale.ROOT, "%.1f GB are there", free.getAsLong() / 1e9)
                        : "how much is there is not known");
        if (free.isPresent() && bytes > free.getAsLong()) {
            problems.add("too little memory: lower train.pass-tokens ("
                    + tuning.settings().loop().passTokens() + ") or train.max-length ("
                    + tuning.settings().maxLength() + ")"
                    + (again ? "" : ", or set train.activation-checkpointing = true")
                    + (tuning.settings().quantization() == Quantization.NONE ? ", or method.quantize = nf4" : ""));
        }
        return text;
    }

    /** Bytes of the model. */
    private static long weights(Tuning<?> tuning) {
        Quantization kept = tuning.settings().quantization();
        long layers = 0;
        long all = 0;
        for (Tensor each : tuning.model().files().weights().tensors()) {
            all += each.size();
            layers += isOfLayer(each) ? each.size() : 0;
        }
        double bits = switch (kept) {
            case NONE -> 32;
            case INT8 -> 8.5;
            case NF4 -> 4.5;
            case NF4_DOUBLE -> 4.13;
            case STORED ->
                tuning.model().files().weights().tensors().stream()
                        .flatMap(tensor -> tensor.blocks().stream())
                        .mapToDouble(blocks -> blocks.bits() + (blocks.minima() ? 64.0 : 32.0) / blocks.group())
                        .average()
                        .orElse(32);
        };
        return 4 * (all - layers) + (long) (bits / 8 * layers);
    }

    private static boolean isOfLayer(Tensor tensor) {
        return tensor.shape().length > 1 && tensor.name().matches(".*\\.\\d+\\..*");
    }

    /** Of what is kept in few bits, the matrices of one layer. */
    private static long widened(Tuning<?> tuning) {
        long values = tuning.model().files().weights().tensors().stream()
                .filter(Check::isOfLayer)
                .mapToLong(Tensor::size)
                .sum();
        return tuning.settings().quantization() == Quantization.NONE ? 0 : 4 * values / Math.max(1, layers(tuning));
    }

    private static long layers(Tuning<?> tuning) {
        JsonNode config = tuning.model().files().config();
        return config.path("num_hidden_layers").asLong(config.path("n_layer").asLong());
    }

    /** Bytes that the system tells of in a line of kB. */
    private static OptionalLong memory(String file, String key) {
        try {
            return Files.readAllLines(Path.of(file)).stream()
                    .filter(line -> line.startsWith(key))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    private static <R extends Row> String gradients(Tuning<R> tuning, List<String> problems) {
        List<R> pass = longestPass(tuning);
        FirstStep step = FirstStep.of(
                Learner.of(tuning.model()),
                tuning.objective(),
                pass,
                tuning.settings().loop().activationCheckpointing());
        Map<String, Integer> still = new TreeMap<>();
        step.norms().forEach((name, norm) -> {
            if (norm == 0) {
                still.merge(pattern(name), 1, Integer::sum);
            }
        });
        long moved = step.norms().values().stream().filter(norm -> norm != 0).count();
        if (!Double.isFinite(step.loss()) || !Double.isFinite(step.norm())) {
            problems.add("the loss is " + step.loss() + " and the norm of the gradients " + step.norm()
                    + ": nothing can be learnt");
        }
        if (moved == 0) {
            problems.add("no trained parameter has a gradient: nothing would be learnt");
        }
        still.keySet().stream()
                .filter(name -> name.contains(".lora_B."))
                .forEach(name -> problems.add(name + " has no gradient"));
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "loss %.3f of the longest rows, norm of the gradients %.3g; %d of %d parameters have one",
                step.loss(),
                step.norm(),
                moved,
                step.norms().size()));
        still.forEach((name, count) -> text.append("\n  none at the start: ")
                .append(count)
                .append(" x ")
                .append(name));
        return text.toString();
    }
}
