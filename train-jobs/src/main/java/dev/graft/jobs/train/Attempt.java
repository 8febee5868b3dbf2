// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import dev.graft.adapt.Method;
import dev.graft.cluster.TaskDevice;
import dev.graft.jobs.Storages;
import dev.graft.jobs.baseline.EngineDevice;
import dev.graft.stats.Metrics;
import dev.graft.train.ClassifierTrainer;
import dev.graft.train.Example;
import dev.graft.train.Progress;
import dev.graft.train.TrainSettings;
import dev.graft.train.Trained;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * One training whose model is asked for the classes of some texts, and not kept.
 *
 * @param model name of the base model
 * @param labels names of the classes
 * @param rows that are learnt
 * @param asked texts whose classes are wanted
 * @param steps of the optimiser
 */
public record Attempt(
        String model,
        TrainSettings settings,
        Method method,
        List<String> labels,
        List<Example> rows,
        List<String> asked,
        int steps,
        long seed)
        implements Serializable {
    public Attempt {
        labels = List.copyOf(labels);
        rows = List.copyOf(rows);
        asked = List.copyOf(asked);
    }

    /** The likeliest class of each text that is asked, within a task. */
    public int[] run(TaskDevice device) {
        ClassifierTrainer trainer = new ClassifierTrainer(
                settings,
                method,
                Storages.files(model),
                labels,
                seed,
                EngineDevice.of(device),
                device.threads(),
                Optional.empty(),
                Progress.SILENT);
        try (Trained trained = trainer.train(rows, steps)) {
            return Metrics.predictions(trained.classifier().logits(asked));
        }
    }
}
