// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.adapt.AdaptedModel;
import dev.graft.checkpoint.Tensor;
import dev.graft.model.HeadKind;
import dev.graft.nn.Quantization;
import dev.graft.train.FirstStep;
import dev.graft.train.Learner;
import dev.graft.train.LoopSettings;
import dev.graft.train.Objective;
import dev.graft.train.StateHeap;
import dev.graft.train.data.Passes;
import dev.graft.train.data.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a step costs, before one is taken: what is trained, memory, gradients.
 *
 * @param rows that are learnt, the longest among them; one or more
 * @param maxLength tokens that they are cut to
 */
public record StepCheck<R extends Row>(
        AdaptedModel model, Objective<R> objective, List<R> rows, LoopSettings loop, int maxLength) {
    /** Tokens whose logits, their logarithms and the gradients of both are there at once. */
    private static final int LOGITS = 4 * 256;

    /** Of a JVM and the engine, where the system does not tell. */
    private static final long OVERHEAD = 900_000_000;

    /**
     * Tells it.
     *
     * @param problems what is wrong is added here
     */
    public void tell(PrintWriter out, List<String> problems) {
        out.println("trained: " + trained());
        out.println("memory: " + memory(problems));
        out.flush();
        out.println("one step: " + gradients(problems));
        problems.forEach(each -> out.println("PROBLEM: " + each));
        out.flush();
    }

    /** Parameters that differ by the number of their layer alone are told together. */
    private static String pattern(String parameter) {
        return parameter.replaceAll("\\.\\d+\\.", ".*.");
    }

    private String trained() {
        Map<String, Integer> coverage = new TreeMap<>();
        long values = 0;
        for (Map.Entry<String, NDArray> each : model.parameters().entrySet()) {
            coverage.merge(pattern(each.getKey()), 1, Integer::sum);
            values += each.getValue().size();
        }
        long all = parameters();
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT, "%,d values, %.2f %% of the %,d of the model", values, 100.0 * values / all, all));
        coverage.forEach(
                (name, count) -> text.append("\n  ").append(count).append(" x ").append(name));
        return text.toString();
    }

    private long parameters() {
        return model.files().weights().tensors().stream()
                .mapToLong(Tensor::size)
                .sum();
    }

    private List<R> longestPass() {
        List<R> sorted = new ArrayList<>(rows);
        sorted.sort(Comparator.comparingInt(Row::tokens).reversed());
        int most = Math.min(sorted.size(), loop.batchSize());
        List<List<R>> passes = Passes.of(sorted.subList(0, most), loop.passTokens());
        return passes.get(passes.size() - 1);
    }

    /** Whether attention needs its weights one by one, for dropout or for a cap. */
    private static boolean keepsWeights(JsonNode config) {
        return Stream.of("attention_probs_dropout_prob", "attention_dropout", "attn_pdrop", "attn_logit_softcapping")
                .anyMatch(key -> config.path(key).asDouble() > 0);
    }

    /**
     * What the process holds with the model in it, and in fp32 gradients and moments of what is trained, logits of a loss and their
     * gradients, and what the layers keep of the longest pass for the way back: about 14 times the width, 4 times the inner width
     * and, where attention is not fused, twice its weights.
     */
    private String memory(List<String> problems) {
        JsonNode config = model.files().config();
        List<R> pass = longestPass();
        long longest = pass.stream().mapToInt(Row::tokens).max().orElse(0);
        long tokens = longest * pass.size();
        long width = config.path("hidden_size").asLong(config.path("n_embd").asLong());
        long inner = config.path("intermediate_size").asLong(4 * width);
        long layers = layers();
        long heads =
                config.path("num_attention_heads").asLong(config.path("n_head").asLong());
        long trained =
                model.parameters().values().stream().mapToLong(NDArray::size).sum();
        long kept = 14 * width + 4 * inner + (keepsWeights(config) ? 2 * heads * longest : 0);
        boolean again = loop.activationCheckpointing();
        // Of layers that are computed again, all have their inputs kept, and one the rest.
        long activations = tokens * (again ? kept + layers * width : layers * kept);
        // A head on the text has one row of them, which is nothing.
        long logits = model.head() == HeadKind.SEQUENCE
                ? 0
                : 4L * LOGITS * model.model().vocabulary();
        OptionalLong resident = memory("/proc/self/status", "VmRSS:");
        long held = resident.orElse(weights() + OVERHEAD) + widened();
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
                    + loop.passTokens() + ") or train.max-length ("
                    + maxLength + ")"
                    + (again ? "" : ", or set train.activation-checkpointing = true")
                    + (model.quantization() == Quantization.NONE ? ", or method.quantize = nf4" : ""));
        }
        StateHeap.problem(
                        trained,
                        loop.checkpointEvery() > 0,
                        Runtime.getRuntime().maxMemory())
                .ifPresent(problems::add);
        return text;
    }

    /** Bytes of the model. */
    private long weights() {
        Quantization kept = model.quantization();
        long layers = 0;
        long all = 0;
        for (Tensor each : model.files().weights().tensors()) {
            all += each.size();
            layers += isOfLayer(each) ? each.size() : 0;
        }
        double bits = switch (kept) {
            case NONE -> 32;
            case INT8 -> 8.5;
            case NF4 -> 4.5;
            case NF4_DOUBLE -> 4.13;
            case STORED ->
                model.files().weights().tensors().stream()
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
    private long widened() {
        long values = model.files().weights().tensors().stream()
                .filter(StepCheck::isOfLayer)
                .mapToLong(Tensor::size)
                .sum();
        return model.quantization() == Quantization.NONE ? 0 : 4 * values / Math.max(1, layers());
    }

    private long layers() {
        JsonNode config = model.files().config();
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

    private String gradients(List<String> problems) {
        List<R> pass = longestPass();
        FirstStep step = FirstStep.of(Learner.of(model), objective, pass, loop.activationCheckpointing());
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
