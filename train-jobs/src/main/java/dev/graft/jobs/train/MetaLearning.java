// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import ai.djl.Device;
import dev.graft.adapt.AdaptedModel;
import dev.graft.adapt.AdapterFolder;
import dev.graft.adapt.Method;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.checkpoint.Weights;
import dev.graft.cluster.TaskDevice;
import dev.graft.corpus.InputException;
import dev.graft.jobs.Storages;
import dev.graft.jobs.baseline.EngineDevice;
import dev.graft.storage.LocalStorage;
import dev.graft.storage.Place;
import dev.graft.train.Example;
import dev.graft.train.ProgressLines;
import dev.graft.train.TrainSettings;
import dev.graft.train.Trained;
import dev.graft.train.meta.ClassifierMetaTrainer;
import dev.graft.train.meta.MetaSettings;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tasks are learnt to learn: what happens within a task of Spark, which takes up the last checkpoint where it is run again.
 *
 * @param folder where it leaves its checkpoint and its adapter, of this machine
 * @param tasks rows by the name of their task
 */
record MetaLearning(
        String folder,
        String model,
        TrainSettings train,
        MetaSettings meta,
        Method method,
        int ways,
        int shots,
        int queries,
        long seed,
        TreeMap<String, ArrayList<Example>> tasks)
        implements Serializable {
    private static final Logger LOG = LoggerFactory.getLogger(MetaLearning.class);
    private static final double TOLD_SECONDS = 10;

    /** The mean loss of the tasks of each step. */
    List<Float> run(TaskDevice device) {
        Place place = new Place(Storages.of(folder), folder);
        if (!(place.storage() instanceof LocalStorage)) {
            throw new InputException(
                    "out is " + folder + "; allowed for a stage that meta-learns is a folder of this machine");
        }
        Path here = LocalStorage.path(folder);
        ModelFolder base = Storages.files(model);
        Device engine = EngineDevice.of(device);
        ClassifierMetaTrainer trainer = new ClassifierMetaTrainer(
                train,
                meta,
                method,
                base,
                ways,
                shots,
                queries,
                Optional.empty(),
                seed,
                engine,
                device.threads(),
                Optional.of(here.resolve("checkpoint")),
                new ProgressLines("meta-learn", TOLD_SECONDS, LOG::info));
        try (Trained trained = trainer.train(new TreeMap<>(tasks))) {
            trained.classifier().save(here.resolve("adapter"));
            return trained.losses();
        }
    }

    /** What the adapter of a stage holds, by the names that a training gives it. */
    static Weights weights(String stage, ModelFolder base, Device device) {
        try (AdaptedModel model = AdapterFolder.read(Storages.local(stage + "/adapter"), List.of())
                .on(base, device)) {
            return model.weights();
        }
    }
}
