// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.storage.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A training that can go on: one file, replaced at once, with the trained parameters, the optimiser's moments and the
 * losses so far. The random numbers of a step are drawn from its number, so they need no place here.
 *
 * @param run what the training is determined by, so that none goes on with other settings or rows
 * @param parameters by name
 * @param moments by name, as {@link AdamW#moments} gives them
 * @param losses of the steps taken
 */
record Checkpoint(String run, Weights parameters, Weights moments, List<Float> losses) {
    private static final String FILE = "checkpoint.safetensors";
    private static final String PARAMETER = "parameter.";
    private static final String LOSSES = "losses";
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);

    int steps() {
        return losses.size();
    }

    void write(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("can't write a checkpoint to " + folder + ": " + e, e);
        }
        List<Tensor> tensors = new ArrayList<>(moments.tensors());
        parameters.tensors().forEach(tensor -> tensors.add(tensor.named(PARAMETER + tensor.name())));
        float[] curve = new float[losses.size()];
        for (int i = 0; i < curve.length; i++) {
            curve[i] = losses.get(i);
        }
        tensors.add(Tensor.of(LOSSES, new long[] {curve.length}, curve));
        Safetensors.write(folder.resolve(FILE), new Weights(tensors), Map.of("run", run, "sha256", sha256(tensors)));
    }

    /**
     * The checkpoint in a folder, if there is one. One that was damaged is told and not taken: the training then starts anew,
     * and ends where it would have ended.
     *
     * @throws CheckpointException if it belongs to another run
     */
    static Optional<Checkpoint> read(Path folder, String run) {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Map<String, String> metadata;
        List<Tensor> tensors;
        try {
            metadata = Safetensors.metadata(file);
            tensors = List.copyOf(Safetensors.read(file).tensors());
            if (!sha256(tensors).equals(metadata.get("sha256"))) {
                throw new CheckpointException(file + ": the values are not those that were written");
            }
        } catch (CheckpointException e) {
            LOG.warn("The checkpoint is damaged, the training starts anew: {}", e.getMessage());
            return Optional.empty();
        }
        String found = metadata.getOrDefault("run", "unknown");
        if (!found.equals(run)) {
            throw new CheckpointException(file + " is of run " + found + ", and this is run " + run
                    + ": other settings, seed, labels, rows, steps or base model; delete it or name another folder");
        }
        List<Tensor> parameters = new ArrayList<>();
        List<Tensor> moments = new ArrayList<>();
        List<Float> losses = new ArrayList<>();
        for (Tensor tensor : tensors) {
            if (tensor.name().startsWith(PARAMETER)) {
                parameters.add(tensor.named(tensor.name().substring(PARAMETER.length())));
            } else if (tensor.name().equals(LOSSES)) {
                for (float loss : tensor.values()) {
                    losses.add(loss);
                }
            } else {
                moments.add(tensor);
            }
        }
        return Optional.of(new Checkpoint(run, new Weights(parameters), new Weights(moments), losses));
    }

    /** Of names and values, so that a bit that a disk lost is seen. */
    private static String sha256(List<Tensor> tensors) {
        MessageDigest digest = Sha256.digest();
        for (Tensor tensor : new Weights(tensors).tensors()) {
            digest.update(tensor.name().getBytes(StandardCharsets.UTF_8));
            ByteBuffer values = ByteBuffer.allocate(Math.multiplyExact(4, tensor.size()));
            tensor.read(values);
            digest.update(values.rewind());
        }
        return Sha256.hex(digest.digest());
    }
}
