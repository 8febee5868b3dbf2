// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import dev.graft.adapt.Lora;
import dev.graft.adapt.Pooling;
import dev.graft.adapt.Targets;
import dev.graft.checkpoint.BaseModel;
import dev.graft.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfTrainingTest {
    private static final double[][] PROBABILITIES = {{0.9, 0.1}, {0.2, 0.8}, {0.55, 0.45}, {0.97, 0.03}, {0.9, 0.1}};

    @Test
    void theConfidentJoinTheSurestFirst() {
        List<SelfTraining.Joined> confident = SelfTraining.confident(PROBABILITIES, 0, 0.8);
        SelfTraining.Round round =
                new SelfTraining.Round(new SelfTraining(0.8, 0, 0, 1).chosen(confident), 0.8, 5, true);
        assertThat(round.rows()).extracting(SelfTraining.Joined::row).containsExactly(3, 0, 4, 1);
        assertThat(round.rows()).extracting(SelfTraining.Joined::label).containsExactly(0, 0, 0, 1);
        assertThat(round.ofClass(2)).containsExactly(3, 1);
        assertThat(round).hasToString("4 of 5 rows joined, with a confidence of at least 0.800 and 0.893 in the mean");
    }

    @Test
    void aClassGetsAtMostWhatIsAskedFor() {
        List<SelfTraining.Joined> confident = SelfTraining.confident(PROBABILITIES, 10, 0.5);
        assertThat(new SelfTraining(0.5, 0, 2, 1).chosen(confident))
                .extracting(SelfTraining.Joined::row)
                .containsExactly(13, 10, 11);
    }

    /** Of the validation rows from 0.9 on all are right, from 0.8 on three of four, from 0.55 on three of five. */
    @Test
    void theBoundIsWhatTheValidationPartAllows() {
        List<Example> validation = new ArrayList<>();
        for (int label : new int[] {0, 0, 1, 0, 0}) {
            validation.add(new Example("row", label));
        }
        assertThat(new SelfTraining(0.99, 0.9, 0, 1).bound(PROBABILITIES, validation))
                .isEqualTo(0.9);
        assertThat(new SelfTraining(0.99, 0.75, 0, 1).bound(PROBABILITIES, validation))
                .isEqualTo(0.8);
        assertThat(new SelfTraining(0.99, 0.6, 0, 1).bound(PROBABILITIES, validation))
                .isEqualTo(0.55);
        assertThat(new SelfTraining(0.99, 1, 0, 1).bound(new double[0][], List.of()))
                .isEqualTo(0.99);
        validation.set(3, new Example("row", 1));
        assertThat(new SelfTraining(0.99, 1, 0, 1).bound(PROBABILITIES, validation))
                .isEqualTo(0.99);
    }

    @Test
    void learnsFromItsOwnLabelsAndIsTakenUpWhereItEnded(@TempDir Path folder) {
        ClassifierTrainer trainer = new ClassifierTrainer(
                new TrainSettings(
                        new LoopSettings(2e-3, Schedule.Kind.LINEAR, 0, 0, 1, 4, 0, 0, 0, 0, 0),
                        1,
                        0,
                        32,
                        2e-2,
                        Pooling.MEAN),
                new Lora(4, 8, 0, new Targets.Named(List.of("query", "value"))),
                BaseModel.files(BaseModel.MINILM),
                List.of("delivery", "refund", "account"),
                1,
                Device.cpu(),
                1,
                Optional.of(folder),
                Progress.SILENT);
        List<Example> all = ClassifierTrainerTest.examples();
        List<Example> few = List.of(all.get(0), all.get(1), all.get(6), all.get(7), all.get(12), all.get(13));
        List<Example> validation = List.of(all.get(5), all.get(11), all.get(17));
        Lesson lesson = Lesson.of(few, 8)
                .validatedBy(validation)
                .beside(List.of(
                        new Unlabelled(all.get(3).text(), List.of()),
                        new Unlabelled(all.get(8).text(), List.of()),
                        new Unlabelled(all.get(16).text(), List.of())));
        SelfTraining asked = new SelfTraining(0, 0, 1, 1);
        List<Float> losses;
        try (SelfTraining.Outcome outcome = asked.train(trainer, lesson)) {
            assertThat(outcome.rounds()).hasSize(1);
            assertThat(outcome.rounds().get(0).rows()).hasSizeBetween(1, 3);
            assertThat(outcome.rounds().get(0).rows().get(0).confidence()).isCloseTo(0.7, within(0.3));
            losses = outcome.trained().losses();
            assertThat(Files.exists(folder.resolve("round-1").resolve("checkpoint.safetensors")))
                    .isTrue();
        }
        try (SelfTraining.Outcome again = asked.train(trainer, lesson)) {
            assertThat(again.trained().losses()).isEqualTo(losses);
        }
    }

    @Test
    void saysWhatIsAllowed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SelfTraining(2, 0, 0, 1))
                .withMessage("confidence is 2.0; allowed is from 0 to 1");
        assertThat(Settings.parse("per-class = 5", SelfTraining::read)).isEqualTo(new SelfTraining(0.9, 0, 5, 1));
    }
}
