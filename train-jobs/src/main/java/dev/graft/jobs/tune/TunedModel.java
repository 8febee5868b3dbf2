// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import ai.djl.Device;
import dev.graft.adapt.AdaptedModel;
import dev.graft.adapt.AdapterFolder;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.task.CausalLm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A language model with what it was taught. */
public final class TunedModel {
    /** Beside an adapter: the chat template that it was taught by. */
    static final String TEMPLATE = "chat_template.jinja";

    private TunedModel() {}

    /**
     * It is asked by the chat template that lies with the adapter, which it was taught by, whatever the model's own is today.
     *
     * @param model a folder of Hugging Face, or a GGUF file
     * @param adapter a folder that {@code train} or PEFT wrote
     * @throws dev.graft.adapt.AdapterException if the adapter is not one of this model
     */
    public static CausalLm open(Path model, Path adapter) {
        ModelFolder read = ModelFolder.read(model);
        ModelFolder files = new ModelFolder(
                read.folder(),
                read.config(),
                read.weights(),
                read.tokenizer(),
                template(adapter).or(read::chatTemplate));
        // Closed by the language model, which takes over what owns its parameters.
        AdaptedModel adapted = AdapterFolder.read(adapter, List.of()).on(files, Device.cpu());
        return new CausalLm(files, adapted.model(), adapted.manager());
    }

    private static Optional<String> template(Path adapter) {
        Path file = adapter.resolve(TEMPLATE);
        try {
            return Files.isRegularFile(file) ? Optional.of(Files.readString(file)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file + ": " + e, e);
        }
    }
}
