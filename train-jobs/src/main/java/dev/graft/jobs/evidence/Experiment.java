// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.evidence;

import ai.djl.Device;
import dev.graft.checkpoint.BaseModel;
import dev.graft.checkpoint.Weights;
import dev.graft.cluster.TaskDevice;
import dev.graft.corpus.Document;
import dev.graft.jobs.Storages;
import dev.graft.jobs.baseline.EngineDevice;
import dev.graft.nn.engine.Threads;
import dev.graft.random.Seeds;
import dev.graft.stats.Metrics;
import dev.graft.task.LinearProbe;
import dev.graft.task.SentenceEncoder;
import dev.graft.train.ClassifierTrainer;
import dev.graft.train.Example;
import dev.graft.train.Lesson;
import dev.graft.train.LoopSettings;
import dev.graft.train.Progress;
import dev.graft.train.SelfTraining;
import dev.graft.train.TrainSettings;
import dev.graft.train.Trained;
import dev.graft.train.Unlabelled;
import dev.graft.train.data.SeenRows;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/** One arm with one seed: what happens within a task. */
record Experiment(EvidencePlan plan, EvidenceArm arm, long seed) implements Serializable {
    private static final double[] PENALTIES = {1, 1e-1, 1e-2, 1e-3, 1e-4};
    private static final double HEAD = 10;
    private static final int FOLDS = 5;

    /**
     * What came of it.
     *
     * @param accuracy on the test rows, and noisy on those with typos
     * @param share of the parameters that were trained
     * @param cost of the whole
     * @param note what else is to be told; empty for nothing
     */
    record Result(String arm, long seed, double accuracy, double noisy, double share, Cost cost, String note)
            implements Serializable {}

    String name() {
        return arm.name() + ", seed " + seed;
    }

    Result run(EvidenceRows rows, TaskDevice device) throws IOException {
        Cost.Meter meter = Cost.measured();
        Threads.one();
        BaseModel base = Storages.model(plan.model());
        Device engine = EngineDevice.of(device);
        Figures figures =
                plan.episodes() == null ? classes(rows, base, engine) : episodes(plan.episodes(), rows, base, engine);
        return new Result(arm.name(), seed, figures.accuracy, figures.noisy, figures.share, meter.cost(), figures.note);
    }

    private record Figures(double accuracy, double noisy, double share, String note) {}

    /** The corpus's own classes. */
    private Figures classes(EvidenceRows rows, BaseModel base, Device engine) throws IOException {
        EvidenceRows.Drawn drawn = rows.drawn(plan, seed);
        Optional<Weights> from = arm.domain() == null
                ? Optional.empty()
                : Optional.of(Start.ofDomain(arm, arm.domain(), plan.train(), drawn.unlabelled(), base, seed, engine));
        return learnt(
                rows.labels(),
                drawn.labelled(),
                drawn.validation(),
                drawn.unlabelled(),
                rows.test(),
                from,
                base,
                engine);
    }

    /** Tasks of classes that the start has not seen. */
    private Figures episodes(EvidencePlan.EpisodePlan how, EvidenceRows rows, BaseModel base, Device engine)
            throws IOException {
        UnseenTasks tasks = UnseenTasks.of(rows, how, seed);
        Optional<Weights> from = Optional.empty();
        if (arm.domain() != null) {
            List<String> texts = tasks.seen().stream()
                    .map(Example::text)
                    .limit(plan.unlabelled())
                    .toList();
            from = Optional.of(Start.ofDomain(arm, arm.domain(), plan.train(), texts, base, seed, engine));
        }
        if (arm.meta() != null) {
            from = Optional.of(
                    Start.ofTasks(arm, arm.meta(), plan.train(), how, tasks.seen(), from, base, seed, engine));
        }
        double accuracy = 0;
        double noisy = 0;
        double share = 0;
        List<String> labels =
                IntStream.range(0, how.ways()).mapToObj(way -> "class " + way).toList();
        for (UnseenTasks.Episode task : tasks.episodes()) {
            Figures figures = learnt(labels, task.support(), List.of(), List.of(), task.query(), from, base, engine);
            accuracy += figures.accuracy / how.tasks();
            noisy += figures.noisy / how.tasks();
            share = figures.share;
        }
        return new Figures(accuracy, noisy, share, "");
    }

    private Figures learnt(
            List<String> labels,
            List<Example> labelled,
            List<Example> validation,
            List<String> unlabelled,
            List<Example> test,
            Optional<Weights> from,
            BaseModel base,
            Device engine)
            throws IOException {
        List<Example> noisy = EvidenceRows.withTypos(test, plan.typos());
        List<Example> learnt = grown(labels, labelled);
        if (arm.probe()) {
            return probed(learnt, labels.size(), test, noisy, base, engine);
        }
        int steps = arm.steps() == 0 ? plan.steps() : arm.steps();
        Lesson lesson = Lesson.of(learnt, steps).validatedBy(validation).beside(copied(arm, unlabelled));
        if (from.isPresent()) {
            lesson = lesson.startingFrom(from.get());
        }
        if (arm.balanced()) {
            lesson = lesson.balanced();
        }
        if (arm.consistency() != null) {
            lesson = lesson.with(arm.consistency().how());
        }
        ClassifierTrainer trainer = new ClassifierTrainer(
                settings(), arm.method(), base.files(), labels, seed, engine, 1, Optional.empty(), Progress.SILENT);
        if (arm.selfTraining() != null) {
            try (SelfTraining.Outcome outcome = arm.selfTraining().train(trainer, lesson)) {
                StringBuilder note = new StringBuilder();
                outcome.rounds()
                        .forEach(
                                round -> note.append(note.isEmpty() ? "" : "; ").append(round));
                return figures(outcome.trained(), test, noisy, base, note.toString());
            }
        }
        try (Trained trained = trainer.train(lesson)) {
            String note = learnt.size() == labelled.size() ? "" : learnt.size() - labelled.size() + " copies";
            return figures(trained, test, noisy, base, note);
        }
    }

    private Figures figures(Trained trained, List<Example> test, List<Example> noisy, BaseModel base, String note) {
        Function<List<String>, int[]> predictions =
                texts -> Metrics.predictions(trained.classifier().logits(texts));
        double moved = trained.classifier().model().weights().tensors().stream()
                .mapToLong(tensor -> tensor.size())
                .sum();
        double all = base.weights().tensors().stream()
                .mapToLong(tensor -> tensor.size())
                .sum();
        double right = right(predictions, test);
        return new Figures(
                right, noisy.equals(test) ? right : right(predictions, noisy), Math.min(1, moved / all), note);
    }

    private TrainSettings settings() {
        TrainSettings given = plan.train();
        if (arm.learningRate() == 0) {
            return given;
        }
        LoopSettings loop = given.loop();
        return new TrainSettings(
                loop.at(arm.learningRate()),
                given.epochs(),
                given.maxSteps(),
                given.maxLength(),
                Math.min(1, HEAD * arm.learningRate()),
                given.pooling());
    }

    /** With copies, if the arm makes some. */
    private List<Example> grown(List<String> labels, List<Example> rows) throws IOException {
        if (arm.copies().isEmpty()) {
            return rows;
        }
        List<Document> documents = new ArrayList<>();
        for (Example row : rows) {
            documents.add(new Document("row " + documents.size(), row.text(), labels.get(row.label())));
        }
        List<List<String>> copies = GrownRows.copies(
                EvidenceArm.section(arm.copies()), model(), documents, Seeds.ofPurpose(seed, "copies", 0));
        List<Example> grown = new ArrayList<>(rows);
        for (int row = 0; row < rows.size(); row++) {
            int label = rows.get(row).label();
            copies.get(row).forEach(copy -> grown.add(new Example(copy, label)));
        }
        return grown;
    }

    /** Copies are made where the arm learns of them. */
    private List<Unlabelled> copied(EvidenceArm arm, List<String> texts) throws IOException {
        if (arm.consistency() == null) {
            return SeenRows.each(texts, text -> new Unlabelled(text, List.of()));
        }
        List<Document> documents = new ArrayList<>();
        for (String text : texts) {
            documents.add(new Document("unlabelled " + documents.size(), text, null));
        }
        List<List<String>> copies = GrownRows.copies(
                EvidenceArm.section(arm.consistency().copies()),
                model(),
                documents,
                Seeds.ofPurpose(seed, "unlabelled", 0));
        List<Unlabelled> rows = new ArrayList<>();
        for (int row = 0; row < texts.size(); row++) {
            rows.add(new Unlabelled(texts.get(row), copies.get(row)));
        }
        return rows;
    }

    private String model() {
        return Storages.local(plan.model()).toString();
    }

    /** A logistic regression on the untuned model's embeddings, with the penalty that folds of the labelled rows choose. */
    private Figures probed(
            List<Example> labelled,
            int classes,
            List<Example> test,
            List<Example> noisy,
            BaseModel base,
            Device engine) {
        try (SentenceEncoder encoder = new SentenceEncoder(base, plan.train().maxLength(), engine)) {
            List<float[]> vectors =
                    encoder.embed(labelled.stream().map(Example::text).toList());
            int[] given = labelled.stream().mapToInt(Example::label).toArray();
            double best = PENALTIES[0];
            int most = -1;
            for (double penalty : PENALTIES) {
                int right = heldOut(vectors, given, classes, penalty);
                best = right > most ? penalty : best;
                most = Math.max(most, right);
            }
            LinearProbe probe = LinearProbe.fit(vectors, given, classes, best);
            Function<List<String>, int[]> predictions = texts -> probe.predictions(encoder.embed(texts));
            return new Figures(right(predictions, test), right(predictions, noisy), 0, "");
        }
    }

    private static int heldOut(List<float[]> vectors, int[] given, int classes, double penalty) {
        int right = 0;
        int folds = Math.min(FOLDS, given.length);
        for (int fold = 0; fold < folds; fold++) {
            int held = fold;
            int[] learnt = IntStream.range(0, given.length)
                    .filter(row -> row % folds != held)
                    .toArray();
            int[] rest = IntStream.range(0, given.length)
                    .filter(row -> row % folds == held)
                    .toArray();
            if (learnt.length == 0) {
                return 0;
            }
            int[] told = LinearProbe.fit(
                            IntStream.of(learnt).mapToObj(vectors::get).toList(),
                            IntStream.of(learnt).map(row -> given[row]).toArray(),
                            classes,
                            penalty)
                    .predictions(IntStream.of(rest).mapToObj(vectors::get).toList());
            for (int i = 0; i < rest.length; i++) {
                right += told[i] == given[rest[i]] ? 1 : 0;
            }
        }
        return right;
    }

    private static double right(Function<List<String>, int[]> predictions, List<Example> rows) {
        int[] predicted = predictions.apply(rows.stream().map(Example::text).toList());
        int right = 0;
        for (int row = 0; row < predicted.length; row++) {
            right += predicted[row] == rows.get(row).label() ? 1 : 0;
        }
        return right / (double) predicted.length;
    }
}
