// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.baseline;

import ai.djl.Device;
import dev.graft.adapt.Pooling;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.cluster.GpuStage;
import dev.graft.cluster.Piece;
import dev.graft.jobs.Storages;
import dev.graft.nn.engine.Threads;
import dev.graft.task.MeanStates;
import dev.graft.task.SentenceEncoder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;

/** What the untuned model makes of texts: the vectors that a head sees before the first step, of each text once. */
public record Embeddings(Map<String, Vector> byText) {
    private static final int TEXTS = 1000;

    /**
     * The last digits of a vector depend on what is embedded with it, so the pieces depend on the texts alone.
     *
     * @param model folder or name of the base model
     * @param maxLength tokens of a text that are looked at
     */
    public static Embeddings of(GpuStage stage, String model, int maxLength, Collection<String> given) {
        List<String> texts = given.stream()
                .distinct()
                .sorted(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
                .toList();
        List<Piece<ArrayList<String>>> pieces = new ArrayList<>();
        for (int from = 0; from < texts.size(); from += TEXTS) {
            List<String> some = texts.subList(from, Math.min(texts.size(), from + TEXTS));
            pieces.add(new Piece<>("texts from " + from, new ArrayList<>(some)));
        }
        List<List<float[]>> embedded = stage.run("embedding", pieces, (piece, device) -> {
            Threads.one();
            return embedded(model, maxLength, EngineDevice.of(device), piece);
        });
        Map<String, Vector> byText = new HashMap<>();
        int text = 0;
        for (float[] vector : embedded.stream().flatMap(List::stream).toList()) {
            byText.put(texts.get(text++), scaled(vector));
        }
        return new Embeddings(byText);
    }

    private static List<float[]> embedded(String model, int maxLength, Device device, List<String> texts) {
        ModelFolder files = Storages.files(model);
        if (files.config().path("model_type").asText().equals("bert")) {
            try (SentenceEncoder encoder = new SentenceEncoder(Storages.model(model), maxLength, device)) {
                return encoder.embed(texts);
            }
        }
        try (MeanStates states = new MeanStates(files, maxLength, device)) {
            return states.of(texts);
        }
    }

    /** Of rows whose texts were embedded. */
    public <T> Features<T> features(List<T> rows, Function<T, String> text) {
        return new Features<>(
                rows.stream().map(row -> byText.get(text.apply(row))).toList(), rows, true);
    }

    private static Vector scaled(float[] unit) {
        double[] values = new double[unit.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Pooling.LENGTH * unit[i];
        }
        return Vectors.dense(values);
    }
}
