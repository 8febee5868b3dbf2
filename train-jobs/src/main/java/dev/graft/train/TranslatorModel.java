// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.model.Adaptation;
import dev.graft.model.EncoderDecoder;
import dev.graft.model.EncoderDecoders;
import dev.graft.model.Modules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A translator all of whose parameters are trained. The bias of the words stays as it is, as transformers keeps it. */
public final class TranslatorModel implements Learner, AutoCloseable {
    private static final String FIXED = "final_logits_bias";
    private static final Pattern WEIGHTS = Pattern.compile("model.*\\.safetensors(\\.index\\.json)?|pytorch_model.*");

    private final ModelFolder files;
    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    private final EncoderDecoder model;
    private final SortedMap<String, NDArray> all;
    private final SortedMap<String, NDArray> trained;

    /**
     * @param files a folder as the hub has it
     * @throws CheckpointException if it is none of an encoder-decoder
     */
    public TranslatorModel(ModelFolder files) {
        this.files = files;
        try {
            Modules modules = new Modules(files.weights(), files.configFile(), manager, Adaptation.NONE);
            model = EncoderDecoders.build(files.config(), files.configFile(), modules);
            all = modules.arrays();
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
        trained = new TreeMap<>(all);
        trained.remove(FIXED);
    }

    public EncoderDecoder model() {
        return model;
    }

    @Override
    public NDManager manager() {
        return manager;
    }

    @Override
    public SortedMap<String, NDArray> parameters() {
        return Collections.unmodifiableSortedMap(trained);
    }

    /** Values that are trained. */
    public long size() {
        return trained.values().stream().mapToLong(NDArray::size).sum();
    }

    @Override
    public Weights weights() {
        return copied(trained);
    }

    private static Weights copied(SortedMap<String, NDArray> arrays) {
        List<Tensor> tensors = new ArrayList<>();
        arrays.forEach(
                (name, array) -> tensors.add(Tensor.of(name, array.getShape().getShape(), array.toFloatArray())));
        return new Weights(tensors);
    }

    @Override
    public void restore(Weights weights, String place) {
        if (!weights.names().equals(trained.keySet())) {
            throw new CheckpointException(
                    place + " has the parameters " + weights.names() + ", and the model " + trained.keySet());
        }
        trained.forEach((name, array) -> {
            Tensor given = weights.tensor(name);
            if (!Arrays.equals(given.shape(), array.getShape().getShape())) {
                throw new CheckpointException(place + ": " + name + " is " + Arrays.toString(given.shape())
                        + ", and the model's " + array.getShape());
            }
            try (NDArray values = manager.create(given.values(), array.getShape())) {
                values.copyTo(array);
            }
        });
    }

    /** Writes a folder as the model's own, with what the parameters hold now. */
    public void write(Path folder) {
        try (Stream<Path> own = Files.list(files.folder())) {
            Files.createDirectories(folder);
            for (Path file : own.filter(Files::isRegularFile).toList()) {
                if (!WEIGHTS.matcher(String.valueOf(file.getFileName())).matches()) {
                    Files.copy(
                            file,
                            folder.resolve(file.getFileName()),
                            java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't write the model " + folder + ": " + e, e);
        }
        Safetensors.write(folder.resolve("model.safetensors"), copied(all), Map.of("format", "pt"));
    }

    @Override
    public void close() {
        manager.close();
    }
}
