// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.search;

import dev.graft.augment.Resources;
import dev.graft.cluster.GpuStage;
import dev.graft.cluster.Piece;
import dev.graft.cluster.TaskDevice;
import dev.graft.config.Settings;
import dev.graft.corpus.Document;
import dev.graft.filter.Filter;
import dev.graft.jobs.Storages;
import dev.graft.jobs.augment.candidate.Candidate;
import dev.graft.jobs.augment.candidate.Candidate.Fate;
import dev.graft.jobs.augment.candidate.CandidateMaker;
import dev.graft.jobs.augment.candidate.CandidateMaker.NamedAugmenter;
import dev.graft.jobs.augment.setup.AugmentSection;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.jobs.search.Halving.Asked;
import dev.graft.nn.engine.Threads;
import dev.graft.random.Seeds;
import dev.graft.task.LinearProbe;
import dev.graft.task.SentenceEncoder;
import dev.graft.text.AnalyzedText;
import dev.graft.text.TextAnalyzer;
import dev.graft.train.Example;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Tries policies: makes their copies, embeds each text that is new, once, and fits a {@link LinearProbe} to originals and
 * copies. What takes the time is the embedding, whose pieces are tasks of Spark, side by side on whatever devices there are;
 * copies and probes of some hundred rows take less than a task's start, and are made by threads of the driver.
 */
final class Trials {
    private static final int TEXTS = 500;
    private static final int TOKENS = 128;
    private static final double[] PENALTIES = {1e-1, 1e-2, 1e-3, 1e-4};

    private final AugmentSettings settings;
    private final GpuStage stage;
    private final Resources resources;
    private final List<Document> training;
    private final List<Document> validation;
    private final List<String> labels;
    private final TextAnalyzer analyzer;
    private final Map<String, AnalyzedText> analyzed = new HashMap<>();
    private final Map<String, float[]> embeddings = new HashMap<>();

    /**
     * @param training labelled rows that copies are made of
     * @param validation labelled rows that the probes are judged by
     */
    Trials(
            AugmentSettings settings,
            GpuStage stage,
            Resources resources,
            List<Document> training,
            List<Document> validation) {
        this.settings = settings;
        this.stage = stage;
        this.resources = resources;
        this.analyzer = new TextAnalyzer(settings.section().protection());
        this.training = training;
        this.validation = validation;
        Set<String> names = new TreeSet<>();
        training.forEach(each -> names.add(each.label()));
        labels = List.copyOf(names);
    }

    /** A copy and the row that it was made of. */
    private record Copy(Document source, String text) {}

    List<Trial> run(List<Asked> asked) {
        List<List<Copy>> copies = new ArrayList<>();
        Set<String> texts = new HashSet<>();
        training.forEach(each -> texts.add(each.text()));
        validation.forEach(each -> texts.add(each.text()));
        for (Asked each : asked) {
            List<Copy> made = copies(each);
            made.forEach(copy -> texts.add(copy.text()));
            copies.add(made);
        }
        embed(texts);
        Threads.one();
        return IntStream.range(0, asked.size())
                .parallel()
                .mapToObj(i -> trial(asked.get(i), copies.get(i)))
                .toList();
    }

    /** The training rows and the copies of a policy that is asked for, as a training learns them. */
    List<Example> rows(Asked asked) {
        List<Example> rows = new ArrayList<>();
        for (Document document : training) {
            rows.add(new Example(document.text(), labels.indexOf(document.label())));
        }
        List<Copy> copies = copies(asked);
        Set<String> texts = new HashSet<>();
        training.forEach(each -> texts.add(each.text()));
        copies.forEach(copy -> texts.add(copy.text()));
        embed(texts);
        for (Copy copy : copies) {
            if (isNear(copy, asked.policy())) {
                rows.add(new Example(copy.text(), labels.indexOf(copy.source().label())));
            }
        }
        return rows;
    }

    List<String> labels() {
        return labels;
    }

    List<Document> validation() {
        return validation;
    }

    int originals() {
        return training.size();
    }

    /** For each validation row 1 if it was told right and 0 if not. */
    String right(int[] told) {
        StringBuilder right = new StringBuilder();
        for (int i = 0; i < told.length; i++) {
            right.append(labels.get(told[i]).equals(validation.get(i).label()) ? '1' : '0');
        }
        return right.toString();
    }

    private boolean isNear(Copy copy, Policy policy) {
        return SentenceEncoder.cosine(vector(copy.text()), vector(copy.source().text())) >= policy.similarity();
    }

    /** Those that its filters keep; the bound of similarity is looked at when they are embedded. */
    private List<Copy> copies(Asked asked) {
        if (!asked.policy().makesCopies()) {
            return List.of();
        }
        CandidateMaker maker = maker(asked);
        List<Copy> copies = new ArrayList<>();
        for (Document document : training) {
            for (Candidate copy : maker.outcomes(document)) {
                if (copy.fate() == Fate.KEPT) {
                    copies.add(new Copy(document, copy.text()));
                }
            }
        }
        return copies;
    }

    private CandidateMaker maker(Asked asked) {
        AugmentSection section =
                Settings.parse(settings.withPolicy(asked.policy().json(), -1), Storages::local, AugmentSection::read);
        List<NamedAugmenter> steps = section.steps().stream()
                .map(step -> new NamedAugmenter(
                        step.name(), step.copies(), step.factory().make(resources)))
                .toList();
        List<Filter> filters =
                section.filters().stream().map(filter -> filter.make(resources)).toList();
        long seed = Seeds.of(settings.recipe().seed(), "search", asked.seed());
        return new CandidateMaker(seed, this::analyzed, steps, Map.of(), filters);
    }

    private AnalyzedText analyzed(Document document) {
        return analyzed.computeIfAbsent(document.id(), any -> analyzer.analyze(document));
    }

    /** The last digits of a vector depend on what is embedded with it, so the pieces depend on the texts alone. */
    private void embed(Set<String> texts) {
        List<String> missing = texts.stream()
                .filter(text -> !embeddings.containsKey(text))
                .sorted(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
                .toList();
        List<Piece<ArrayList<String>>> pieces = new ArrayList<>();
        for (int from = 0; from < missing.size(); from += TEXTS) {
            List<String> some = missing.subList(from, Math.min(missing.size(), from + TEXTS));
            pieces.add(new Piece<>("texts from " + from, new ArrayList<>(some)));
        }
        String model = settings.recipe().model();
        List<List<float[]>> embedded =
                stage.run("embedding", pieces, (piece, device) -> embedded(model, piece, device));
        int text = 0;
        for (List<float[]> some : embedded) {
            for (float[] vector : some) {
                embeddings.put(missing.get(text++), vector);
            }
        }
    }

    private static List<float[]> embedded(String model, List<String> texts, TaskDevice device) {
        try (SentenceEncoder encoder = switch (device.kind()) {
            case CPU -> new SentenceEncoder(Storages.model(model), TOKENS);
            case GPU -> SentenceEncoder.onGpu(Storages.model(model), TOKENS, device.index());
        }) {
            Threads.one();
            return encoder.embed(texts);
        }
    }

    private Trial trial(Asked asked, List<Copy> copies) {
        List<float[]> rows = new ArrayList<>();
        List<Integer> classes = new ArrayList<>();
        for (Document document : training) {
            rows.add(vector(document.text()));
            classes.add(labels.indexOf(document.label()));
        }
        for (Copy copy : copies) {
            if (isNear(copy, asked.policy())) {
                rows.add(vector(copy.text()));
                classes.add(labels.indexOf(copy.source().label()));
            }
        }
        int[] given = classes.stream().mapToInt(Integer::intValue).toArray();
        List<float[]> judged =
                validation.stream().map(document -> vector(document.text())).toList();
        Trial best = null;
        for (double penalty : PENALTIES) {
            int[] told = LinearProbe.fit(rows, given, labels.size(), penalty).predictions(judged);
            Trial trial = new Trial(
                    asked.policy().fingerprint(), asked.seed(), rows.size() - training.size(), penalty, right(told));
            best = best == null || trial.accuracy() > best.accuracy() ? trial : best;
        }
        return Objects.requireNonNull(best);
    }

    private float[] vector(String text) {
        return Objects.requireNonNull(embeddings.get(text));
    }
}
