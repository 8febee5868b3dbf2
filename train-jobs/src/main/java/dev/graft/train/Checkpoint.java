// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.storage.Sha256;
import dev.graft.train.TrainState.Evaluation;
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
 * Where a training that can go on is kept: one file, replaced at once.
 *
 * @param run what the training is determined by, so that none goes on with other settings or rows
 */
public record Checkpoint(Path folder, String run) {
    private static final String FILE = "checkpoint.safetensors";
    private static final String PARAMETER = "parameter.";
    private static final String BEST = "best.";
    private static final String LOSSES = "losses";
    private static final String EVALUATIONS = "evaluations";
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);

    public void write(TrainState state) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("can't write a checkpoint to " + folder + ": " + e, e);
        }
        List<Tensor> tensors = new ArrayList<>(state.moments().tensors());
        state.parameters().tensors().forEach(tensor -> tensors.add(tensor.named(PARAMETER + tensor.name())));
        state.best()
                .ifPresent(best -> best.tensors().forEach(tensor -> tensors.add(tensor.named(BEST + tensor.name()))));
        float[] curve = new float[state.steps()];
        for (int i = 0; i < curve.length; i++) {
            curve[i] = state.losses().get(i);
        }
        tensors.add(Tensor.of(LOSSES, new long[] {curve.length}, curve));
        List<Evaluation> evaluations = state.evaluations();
        float[] steps = new float[2 * evaluations.size()];
        for (int i = 0; i < evaluations.size(); i++) {
            // A step is a whole number beyond what a float holds exactly: its bits are kept.
            steps[2 * i] = Float.intBitsToFloat(evaluations.get(i).step());
            steps[2 * i + 1] = evaluations.get(i).loss();
        }
        tensors.add(Tensor.of(EVALUATIONS, new long[] {evaluations.size(), 2}, steps));
        Safetensors.write(folder.resolve(FILE), new Weights(tensors), Map.of("run", run, "sha256", sha256(tensors)));
    }

    /**
     * The state, if there is one. One that was damaged is told and not taken: the training then starts anew, and ends where it
     * would have ended.
     *
     * @throws CheckpointException if it belongs to another run
     */
    public Optional<TrainState> read() {
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
        return Optional.of(state(tensors));
    }

    private static TrainState state(List<Tensor> tensors) {
        List<Tensor> parameters = new ArrayList<>();
        List<Tensor> moments = new ArrayList<>();
        List<Tensor> best = new ArrayList<>();
        List<Float> losses = new ArrayList<>();
        List<Evaluation> evaluations = new ArrayList<>();
        for (Tensor tensor : tensors) {
            if (tensor.name().startsWith(PARAMETER)) {
                parameters.add(tensor.named(tensor.name().substring(PARAMETER.length())));
            } else if (tensor.name().startsWith(BEST)) {
                best.add(tensor.named(tensor.name().substring(BEST.length())));
            } else if (tensor.name().equals(LOSSES)) {
                for (float loss : tensor.values()) {
                    losses.add(loss);
                }
            } else if (tensor.name().equals(EVALUATIONS)) {
                float[] values = tensor.values();
                for (int i = 0; i < values.length; i += 2) {
                    evaluations.add(new Evaluation(Float.floatToRawIntBits(values[i]), values[i + 1]));
                }
            } else {
                moments.add(tensor);
            }
        }
        return new TrainState(
                new Weights(parameters),
                new Weights(moments),
                losses,
                evaluations,
                best.isEmpty() ? Optional.empty() : Optional.of(new Weights(best)));
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
