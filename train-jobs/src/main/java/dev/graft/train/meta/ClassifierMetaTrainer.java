// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.meta;

import ai.djl.Device;
import dev.graft.adapt.Method;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.nn.engine.Threads;
import dev.graft.storage.Sha256;
import dev.graft.task.TextClassifier;
import dev.graft.tokenize.Tokenizer;
import dev.graft.train.Checkpoint;
import dev.graft.train.Classification;
import dev.graft.train.ClassifierTrainer;
import dev.graft.train.Example;
import dev.graft.train.Progress;
import dev.graft.train.TrainSettings;
import dev.graft.train.TrainState;
import dev.graft.train.Trained;
import dev.graft.train.data.Labelled;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Finds a start of an adapter from which a classifier learns new classes of few rows. Each task has a head of its own, which starts
 * with nothing; what is answered has one of as many classes as a task, that a training from it replaces.
 *
 * @param settings of what a training looks at: pooling, length and the head's rate beside the others'
 * @param meta how tasks are learnt to learn
 * @param ways classes of a task
 * @param shots support rows of each class
 * @param queries query rows of each class
 * @param from what the parameters start with before any task, but for the head's
 * @param threads of the CPU that an operation may use
 * @param checkpoints folder that it is taken up from; empty for none
 */
public record ClassifierMetaTrainer(
        TrainSettings settings,
        MetaSettings meta,
        Method method,
        ModelFolder base,
        int ways,
        int shots,
        int queries,
        Optional<Weights> from,
        long seed,
        Device device,
        int threads,
        Optional<Path> checkpoints,
        Progress progress) {
    /**
     * @param tasks rows by the name of their task; of one task, any classes go together
     * @throws IllegalArgumentException if no task has as many classes and rows as are asked for
     */
    public Trained train(Map<String, List<Example>> tasks) {
        List<String> labels =
                IntStream.rangeClosed(1, ways).mapToObj(way -> "class " + way).toList();
        TextClassifier classifier =
                TextClassifier.untrained(base, method, labels, settings.pooling(), settings.maxLength(), seed, device);
        try {
            Threads.set(threads);
            Map<String, List<Labelled>> rows = new TreeMap<>();
            tasks.forEach((name, examples) -> rows.put(name, rows(name, examples, classifier.tokenizer())));
            MetaTrainer<Labelled> loop = new MetaTrainer<>(
                    meta,
                    ClassifierTrainer.learner(classifier, settings, method),
                    new Classification(classifier),
                    Episodes.byTask(rows, ways, shots, queries),
                    ClassifierTrainer::isHead,
                    seed,
                    progress);
            from.ifPresentOrElse(weights -> ClassifierTrainer.start(weights, classifier), loop::begin);
            classifier.model().restore(withoutHead(classifier.model().weights()), "the start");
            String run = Sha256.of(settings + "\n" + meta + "\n" + method + "\n"
                    + base.weights().sha256() + "\n" + List.of(ways, shots, queries, seed, from.isPresent())
                    + new TreeMap<>(tasks));
            Optional<Checkpoint> checkpoint = checkpoints.map(folder -> new Checkpoint(folder, run));
            TrainState state = loop.train(checkpoint.flatMap(Checkpoint::read).orElseGet(loop::start), checkpoint);
            return new Trained(classifier, state.losses());
        } catch (RuntimeException | Error e) {
            classifier.close();
            throw e;
        }
    }

    private static List<Labelled> rows(String task, List<Example> examples, Tokenizer tokenizer) {
        List<Labelled> rows = new ArrayList<>();
        for (Example example : examples) {
            rows.add(new Labelled(task + " " + rows.size(), tokenizer.ids(example.text()), example.label()));
        }
        return rows;
    }

    static Weights withoutHead(Weights weights) {
        return new Weights(weights.tensors().stream()
                .map(tensor -> ClassifierTrainer.isHead(tensor.name())
                        ? Tensor.of(tensor.name(), tensor.shape(), new float[tensor.size()])
                        : tensor)
                .toList());
    }
}
