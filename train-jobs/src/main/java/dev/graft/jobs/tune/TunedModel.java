// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import ai.djl.Device;
import dev.graft.adapt.AdaptedModel;
import dev.graft.adapt.AdapterFolder;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.task.CausalLm;
import java.nio.file.Path;
import java.util.List;

/** A language model with what it was taught. */
public final class TunedModel {
    private TunedModel() {}

    /**
     * @param model a folder of Hugging Face, or a GGUF file
     * @param adapter a folder that {@code train} or PEFT wrote
     * @throws dev.graft.adapt.AdapterException if the adapter is not one of this model
     */
    public static CausalLm open(Path model, Path adapter) {
        ModelFolder files = ModelFolder.read(model);
        // Closed by the language model, which takes over what owns its parameters.
        AdaptedModel adapted = AdapterFolder.read(adapter, List.of()).on(files, Device.cpu());
        return new CausalLm(files, adapted.model(), adapted.manager());
    }
}
