// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import dev.graft.adapt.Full;
import dev.graft.adapt.Lora;
import dev.graft.adapt.LoraStart;
import dev.graft.adapt.Method;
import dev.graft.adapt.Methods;
import dev.graft.checkpoint.BaseModel;
import dev.graft.config.Settings;
import dev.graft.corpus.Conversation.Shape;
import dev.graft.nn.Quantization;
import dev.graft.run.Recipe;
import dev.graft.task.CausalLm;
import dev.graft.train.LoopSettings;
import dev.graft.train.Schedule;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What {@code train} and {@code check} read of a configuration with an {@code objective}.
 *
 * @param out directory of the run; default {@code runs/<name>}
 * @param seed of what the method draws, the order of the rows and dropout; default 42
 * @param maxBadRows share of refused rows, from 0 to 1, beyond which the job stops; default 0.01
 * @param model a Hugging Face folder of a decoder, one with a GGUF file, or the name of one that was pulled
 * @param quantization how the frozen base is kept; default none
 * @param epochs times that each row is seen; default 1
 * @param maxSteps most optimiser steps; 0, the default, for no such bound
 * @param maxLength tokens that a row is cut to; default 1024
 * @param values of all keys, for the fingerprint
 */
public record TuneSettings(
        String name,
        String out,
        long seed,
        double maxBadRows,
        Path model,
        Corpus corpus,
        Kind objective,
        boolean packing,
        double beta,
        Method method,
        Quantization quantization,
        LoopSettings loop,
        int epochs,
        int maxSteps,
        int maxLength,
        SortedMap<String, String> values) {
    /** What is learnt. */
    public enum Kind {
        /** Supervised fine-tuning on conversations. */
        SFT,
        /** Continued pre-training on texts. */
        CAUSAL_LM,
        /** Direct preference optimisation on pairs of answers. */
        DPO
    }

    /**
     * @param train a file of JSON lines
     * @param validation another one; where there is none, a share of the first
     * @param share of the rows, by the hash of their content, that are held out where there is none; default 0.1
     * @param limit most rows of the training file; 0, the default, for all
     * @param shape of a conversation; default messages
     * @param messages column of the turns; default messages
     * @param text column of the text; default text
     */
    record Corpus(
            Path train,
            Optional<Path> validation,
            double share,
            int limit,
            Shape shape,
            String messages,
            String text) {}

    private static final LoopSettings LOOP =
            new LoopSettings(2e-4, Schedule.Kind.LINEAR, 0.03, 0, 1, 8, 0, 1024, 0, 0, 0);
    private static final int MOST = 1_000_000_000;

    /** Whether a configuration is of this kind. */
    public static boolean isMeant(Settings root) {
        return root.has("objective");
    }

    public static TuneSettings read(Settings root) {
        String name = Recipe.name(root);
        Settings objective = root.section("objective");
        Kind kind = objective.choice("kind", Kind.class, Kind.SFT);
        Settings train = root.section("train");
        Settings section = root.section("method");
        Method method = method(section);
        Quantization kept = section.choice("quantize", Quantization.class, Quantization.NONE);
        return new TuneSettings(
                name,
                Recipe.out(root, name),
                root.seed("seed", 42),
                root.number("max-bad-rows", 0.01, 0, 1),
                model(root),
                corpus(root.section("corpus"), kind),
                kind,
                kind != Kind.DPO && objective.flag("packing", false),
                kind == Kind.DPO ? objective.number("beta", 0.1, 1e-6, 100) : 0,
                method,
                kept,
                // What is widened must not be kept for the way back.
                LoopSettings.read(
                        train,
                        (method instanceof Full ? LOOP.withRate(LOOP.learningRate() / 10) : LOOP)
                                .checkpointing(kept != Quantization.NONE)),
                train.integer("epochs", 1, 1, MOST),
                train.integer("max-steps", 0, 0, MOST),
                train.integer("max-length", 1024, 3, MOST),
                root.values());
    }

    private static Method method(Settings section) {
        Method method = Methods.read(section);
        return method instanceof Lora lora && lora.start() == LoraStart.GRADIENT
                ? section.problem("init-lora-weights", "noise or pissa: no pass is run before the training", method)
                : method;
    }

    private static Path model(Settings root) {
        String given = root.string("model");
        if (given.equals(BaseModel.MINILM)) {
            return root.problem("model", "a folder of a decoder, or one with a GGUF file", Path.of(""));
        }
        if (given.endsWith(".gguf")) {
            return root.file("model");
        }
        Path folder = root.model("model");
        root.check("model", folder, CausalLm::require);
        return folder;
    }

    private static Corpus corpus(Settings corpus, Kind kind) {
        boolean chats = kind == Kind.SFT;
        Optional<Path> validation =
                corpus.has("validation") ? Optional.of(corpus.file("validation")) : Optional.empty();
        double share = corpus.section("shares").number("validation", 0.1, 0, 0.5);
        return new Corpus(
                corpus.file("train"),
                validation,
                validation.isPresent() ? 0 : share,
                corpus.integer("limit", 0, 0, MOST),
                chats ? corpus.choice("shape", Shape.class, Shape.MESSAGES) : Shape.MESSAGES,
                chats ? corpus.string("messages", "messages") : "",
                kind == Kind.CAUSAL_LM ? corpus.string("text", "text") : "");
    }
}
