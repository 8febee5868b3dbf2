// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.evidence;

import ai.djl.Device;
import dev.graft.adapt.AdaptedModel;
import dev.graft.checkpoint.BaseModel;
import dev.graft.checkpoint.Weights;
import dev.graft.model.HeadKind;
import dev.graft.tokenize.Tokenizer;
import dev.graft.train.Example;
import dev.graft.train.Learner;
import dev.graft.train.LoopSettings;
import dev.graft.train.Progress;
import dev.graft.train.Schedule;
import dev.graft.train.TrainSettings;
import dev.graft.train.Trained;
import dev.graft.train.Trainer;
import dev.graft.train.data.Words;
import dev.graft.train.meta.ClassifierMetaTrainer;
import dev.graft.train.meta.MetaSettings;
import dev.graft.train.objective.MaskedWords;
import dev.graft.train.objective.TokenClassification;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an arm's parameters start with. */
final class Start {
    private static final double RATE = 0.15;
    private static final int BATCH = 16;

    private Start() {}

    /** Masked words of texts, learnt by the arm's method. */
    static Weights ofDomain(
            EvidenceArm arm,
            EvidenceArm.Domain domain,
            TrainSettings train,
            List<String> texts,
            BaseModel base,
            long seed,
            Device device) {
        try (AdaptedModel model =
                        new AdaptedModel(base.files(), HeadKind.MASKED_LM, List.of(), arm.method(), seed, device);
                Tokenizer tokenizer = new Tokenizer(base.files().tokenizer(), train.maxLength())) {
            long mask = tokenizer.ids("[MASK]")[1];
            List<Words> rows = new ArrayList<>();
            for (String text : texts) {
                rows.add(words("text " + rows.size(), text, tokenizer, train.maxLength()));
            }
            rows.removeIf(row -> row.tokens() < 3);
            LoopSettings loop =
                    new LoopSettings(domain.learningRate(), Schedule.Kind.LINEAR, 0.1, 0.01, 1, BATCH, 0, 0, 0, 0, 0);
            Trainer<Words> trainer = new Trainer<>(
                    loop,
                    Learner.of(model),
                    new MaskedWords(
                            new TokenClassification(model.model(), model.manager()),
                            mask,
                            model.model().vocabulary(),
                            RATE),
                    rows,
                    List.of(),
                    domain.steps(),
                    seed,
                    Progress.SILENT);
            trainer.run(trainer.start(), domain.steps());
            return model.weights();
        }
    }

    private static Words words(String id, String text, Tokenizer tokenizer, int maxLength) {
        Tokenizer.Pieces pieces = tokenizer.pieces(text);
        long[] around = tokenizer.ids("");
        int length = Math.min(pieces.ids().length, maxLength - 2);
        long[] ids = new long[length + 2];
        int[] of = new int[length + 2];
        Arrays.fill(of, Words.SPECIAL);
        ids[0] = around[0];
        ids[length + 1] = around[around.length - 1];
        int word = -1;
        for (int i = 0; i < length; i++) {
            word += i > 0 && pieces.starts()[i] == pieces.ends()[i - 1] ? 0 : 1;
            ids[i + 1] = pieces.ids()[i];
            of[i + 1] = word;
        }
        return Words.unlabelled(id, ids, of);
    }

    /** What meta-learning finds on tasks of the classes that may be seen. */
    static Weights ofTasks(
            EvidenceArm arm,
            MetaSettings meta,
            TrainSettings train,
            EvidencePlan.EpisodePlan how,
            List<Example> seen,
            Optional<Weights> from,
            BaseModel base,
            long seed,
            Device device) {
        ClassifierMetaTrainer trainer = new ClassifierMetaTrainer(
                train,
                meta,
                arm.method(),
                base.files(),
                how.ways(),
                how.shots(),
                how.shots(),
                from,
                seed,
                device,
                1,
                Optional.empty(),
                Progress.SILENT);
        try (Trained trained = trainer.train(Map.of("all", seen))) {
            return trained.classifier().model().weights();
        }
    }
}
