// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.adapt.Method;
import dev.graft.adapt.Pooling;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.task.TextClassifier;
import dev.graft.train.data.Labelled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** The tiny BERT of the core's tests with three classes, and what PyTorch made of it. */
public final class TinyClassifier {
    public static final Path FOLDER = Path.of("..", "pipeline-core", "src", "test", "resources", "tiny-bert");

    private TinyClassifier() {}

    public static TextClassifier of(Method method, int classes) {
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < classes; i++) {
            labels.add("class " + i);
        }
        return TextClassifier.untrained(ModelFolder.read(FOLDER), method, labels, Pooling.MEAN, 32, 1, Device.cpu());
    }

    /** The head of the golden file: sines. */
    public static void startAsTheGolden(TextClassifier classifier) {
        List<Tensor> all = new ArrayList<>();
        for (Tensor tensor : classifier.model().weights().tensors()) {
            float[] values = tensor.values();
            for (int i = 0; i < values.length && ClassifierTrainer.isHead(tensor.name()); i++) {
                values[i] = (float) (tensor.shape().length > 1 ? 0.5 * Math.sin(1 + i) : 0.1 * i);
            }
            all.add(Tensor.of(tensor.name(), tensor.shape(), values));
        }
        classifier.model().restore(new Weights(all), "the golden file");
    }

    public static JsonNode golden() {
        try {
            return new ObjectMapper().readTree(TinyClassifier.class.getResource("/dev/graft/train/regimes.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static List<Labelled> rows(JsonNode pairs) {
        List<Labelled> rows = new ArrayList<>();
        pairs.forEach(pair -> rows.add(new Labelled(
                "row " + rows.size(), longs(pair.get(0)), pair.get(1).asInt())));
        return rows;
    }

    public static long[] longs(JsonNode numbers) {
        return TinyLlama.longs(numbers);
    }

    public static double[] doubles(JsonNode numbers) {
        return StreamSupport.stream(numbers.spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
    }

    /** The first of a parameter's values, as the golden file has them. */
    public static double[] first(float[] values, int count) {
        double[] first = new double[Math.min(count, values.length)];
        for (int i = 0; i < first.length; i++) {
            first[i] = values[i];
        }
        return first;
    }
}
