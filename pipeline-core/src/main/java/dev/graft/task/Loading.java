// SPDX-License-Identifier: Apache-2.0
package dev.graft.task;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.model.Architectures;
import dev.graft.model.ComputeType;
import dev.graft.model.HeadKind;
import dev.graft.model.Model;
import dev.graft.model.Modules;

/** From a folder to a model. */
final class Loading {
    private Loading() {}

    /**
     * @param manager owns the parameters
     */
    static Model model(ModelFolder files, HeadKind head, NDManager manager) {
        return model(files, head, ComputeType.FLOAT32, manager);
    }

    /**
     * @param manager owns the parameters
     */
    static Model model(ModelFolder files, HeadKind head, ComputeType compute, NDManager manager) {
        Modules modules = new Modules(files.weights(), files.configFile(), manager, compute.adaptation(manager));
        Model model = Architectures.build(files.config(), files.configFile(), modules, head);
        files.requireTokenizerFits(model.vocabulary());
        return model;
    }

    /** All that {@link #model} looks at but the values. */
    static void require(ModelFolder files, HeadKind head) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            Modules shapes = Modules.ofShapes(files.weights(), files.configFile(), manager);
            Model model = Architectures.build(files.config(), files.configFile(), shapes, head);
            files.requireTokenizerFits(model.vocabulary());
        }
    }
}
