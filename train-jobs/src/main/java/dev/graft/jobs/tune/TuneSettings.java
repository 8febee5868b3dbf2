// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import dev.graft.adapt.Full;
import dev.graft.adapt.Method;
import dev.graft.adapt.Methods;
import dev.graft.cluster.DeviceChoice;
import dev.graft.cluster.Placement;
import dev.graft.config.Settings;
import dev.graft.corpus.ConversationFormat;
import dev.graft.model.HeadKind;
import dev.graft.nn.Quantization;
import dev.graft.run.Recipe;
import dev.graft.run.Stage;
import dev.graft.run.Stages;
import dev.graft.task.CausalLm;
import dev.graft.train.LoopSettings;
import dev.graft.train.Schedule;
import dev.graft.train.data.LabelColumn;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;

/**
 * A training stage that teaches tokens: conversations, texts, preferences or the words of texts.
 *
 * @param recipe of the stage, whose directory is its own
 * @param data which rows it takes
 * @param start whose weights it starts with
 * @param teaching what is taught
 * @param quantization how the frozen base is kept; default none
 * @param epochs times that each row is seen; default 1
 * @param maxSteps most optimiser steps; 0, the default, for no such bound
 * @param maxLength tokens that a row is cut to; default 1024
 * @param patience minutes to wait for the cluster to start a task; default 10
 * @param values of all keys, for the fingerprint
 */
public record TuneSettings(
        Recipe recipe,
        Data data,
        StartingWeights start,
        Teaching teaching,
        Method method,
        Quantization quantization,
        LoopSettings loop,
        int epochs,
        int maxSteps,
        int maxLength,
        Compare compare,
        DeviceChoice device,
        int patience,
        SortedMap<String, String> values) {
    /**
     * Which rows a stage takes.
     *
     * @param augmented directory of an augmenting stage
     * @param text a glob of files whose lines are texts, in the place of the corpus
     */
    record Data(Optional<Recipe> augmented, Optional<String> text) {}

    /**
     * What is taught, and of which columns.
     *
     * @param packing whether several texts stand on a line of {@code maxLength} tokens; default false
     * @param beta how far the model may move from what it was, of {@link ObjectiveKind#DPO}; default 0.1
     * @param rate share of the words that are hidden, of {@link ObjectiveKind#MASKED_LM}; default 0.15
     * @param wholeWords whether a word is hidden with all its tokens; default true
     * @param conversations how they are held; default a column messages
     * @param text column of the text
     * @param spans column of the annotated spans
     * @param label column of what is learnt of a text as a whole
     * @param threshold probability from which a label is predicted, of {@link ObjectiveKind#MULTI_LABEL}; default 0.5
     */
    record Teaching(
            ObjectiveKind kind,
            boolean packing,
            double beta,
            double rate,
            boolean wholeWords,
            ConversationFormat conversations,
            String text,
            String spans,
            LabelColumn label,
            double threshold)
            implements Serializable {}

    private static final LoopSettings LOOP =
            new LoopSettings(2e-4, Schedule.Kind.LINEAR, 0.03, 0, 1, 8, 0, 1024, 0, 0, 0);
    private static final int MOST = 1_000_000_000;

    private static final List<Arm.Kind> TUNED =
            List.of(Arm.Kind.ORIGINALS, Arm.Kind.ORIGINALS_EQUAL_STEPS, Arm.Kind.AUGMENTED);

    /** Beside a model that is taught the tokens themselves nothing cheap can stand. */
    private static List<Arm.Kind> arms(ObjectiveKind kind) {
        return kind.ofTexts()
                ? Stream.concat(Stream.of(Arm.Kind.TF_IDF, Arm.Kind.FROZEN_PROBE), TUNED.stream())
                        .toList()
                : TUNED;
    }

    public static TuneSettings read(Settings root, Recipe run, Stages stages, Stage stage) {
        Settings section = stage.settings();
        Settings objective = section.section("objective");
        ObjectiveKind kind = objective.choice("kind", ObjectiveKind.class, ObjectiveKind.SFT);
        Method method = Methods.read(section.section("method"));
        Quantization kept = section.section("method").choice("quantize", Quantization.class, Quantization.NONE);
        if (kind.ofTexts() && kept != Quantization.NONE) {
            section.section("method").problem("quantize", "none with objective.kind = " + Settings.name(kind), kept);
        }
        StartingWeights start = StartingWeights.read(stages, stage, run);
        if (start.chained() == null
                && kind.head() == HeadKind.CAUSAL_LM
                && !run.model().isEmpty()) {
            root.check("model", Path.of(run.model()), CausalLm::require);
        }
        TuneSettings settings = new TuneSettings(
                stage.of(run).with(start.model()),
                data(stages, stage, run, kind),
                start,
                teaching(run, objective, kind),
                method,
                kept,
                // What is widened must not be kept for the way back.
                LoopSettings.read(
                        section,
                        (method instanceof Full ? LOOP.at(LOOP.learningRate() / 10) : LOOP)
                                .checkpointing(kept != Quantization.NONE)),
                section.integer("epochs", 1, 1, MOST),
                section.integer("max-steps", 0, 0, MOST),
                section.integer("max-length", 1024, 3, MOST),
                Compare.read(root, run, stages, stage, arms(kind), false),
                section.choice("device", DeviceChoice.class, DeviceChoice.AUTO),
                section.integer("patience", 10, 1, 10_000),
                section.values());
        SortedMap<String, String> values = stage.renamed(section.values());
        values.keySet().removeAll(List.of("train.device", "train.patience"));
        root.values().forEach((key, value) -> {
            if (key.startsWith("corpus.") || key.startsWith("compare.") || key.equals("seed")) {
                values.put(key, value);
            }
        });
        return settings.with(values);
    }

    private TuneSettings with(SortedMap<String, String> all) {
        return new TuneSettings(
                recipe,
                data,
                start,
                teaching,
                method,
                quantization,
                loop,
                epochs,
                maxSteps,
                maxLength,
                compare,
                device,
                patience,
                all);
    }

    private static Data data(Stages stages, Stage stage, Recipe run, ObjectiveKind kind) {
        if (stage.settings().isSection("data")) {
            boolean texts = kind == ObjectiveKind.CAUSAL_LM || kind == ObjectiveKind.MASKED_LM;
            String glob = stage.settings().section("data").string("text");
            return new Data(
                    Optional.empty(),
                    Optional.of(
                            texts
                                    ? glob
                                    : stage.settings()
                                            .problem(
                                                    "data",
                                                    "corpus or an augmenting stage; files of texts are for causal-lm and masked-lm",
                                                    glob)));
        }
        Optional<Recipe> augmented = stages.named(stage, "data", Stages.CORPUS, EnumSet.of(Stage.Kind.AUGMENT))
                .map(each -> each.of(run));
        return new Data(
                augmented.or(() -> kind == ObjectiveKind.TOKEN_CLASSIFICATION
                        ? Optional.of(run.at(run.out() + "/" + Stages.CORPUS))
                        : Optional.empty()),
                Optional.empty());
    }

    private static Teaching teaching(Recipe run, Settings objective, ObjectiveKind kind) {
        if (kind.ofTexts() && run.corpus().label().isEmpty()) {
            objective.problem("kind", "that with corpus.label, a column of labels or numbers; or another one", kind);
        }
        boolean chats = kind == ObjectiveKind.SFT;
        boolean masked = kind == ObjectiveKind.MASKED_LM;
        return new Teaching(
                kind,
                (chats || kind == ObjectiveKind.CAUSAL_LM) && objective.flag("packing", false),
                kind == ObjectiveKind.DPO ? objective.number("beta", 0.1, 1e-6, 100) : 0,
                masked ? objective.number("rate", 0.15, 1e-6, 1) : 0,
                masked && objective.flag("whole-words", true),
                run.corpus().conversations().orElse(ConversationFormat.MESSAGES),
                run.corpus().text(),
                run.corpus().spans().orElse("spans"),
                new LabelColumn(
                        run.corpus().label().orElse(""),
                        kind == ObjectiveKind.MULTI_LABEL ? objective.string("separator", "") : ""),
                kind == ObjectiveKind.MULTI_LABEL ? objective.number("threshold", 0.5, 1e-6, 1 - 1e-6) : 0);
    }

    /** The rows of an augmentation, where they are taken. */
    public Optional<Recipe> rows() {
        return data.augmented();
    }

    /** Looks at Spark's settings before it starts. */
    public void requireDevice() {
        Placement.of(new SparkConf(), device);
    }
}
