// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.Resources;
import dev.graft.augment.operator.KeyboardTypos;
import dev.graft.checkpoint.BaseModel;
import dev.graft.config.Settings;
import dev.graft.corpus.Document;
import dev.graft.filter.Filter;
import dev.graft.jobs.augment.candidate.Candidate;
import dev.graft.jobs.augment.candidate.Candidate.Fate;
import dev.graft.jobs.augment.candidate.CandidateMaker;
import dev.graft.jobs.augment.candidate.CandidateMaker.NamedAugmenter;
import dev.graft.jobs.augment.setup.AugmentSection;
import dev.graft.random.Draw;
import dev.graft.random.Seeds;
import dev.graft.stats.Interval;
import dev.graft.task.LinearProbe;
import dev.graft.task.SentenceEncoder;
import dev.graft.text.TextAnalyzer;
import dev.graft.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What copies are worth to a student with few rows a class: accuracy with copies less that without, paired by seed, each of which
 * draws other training rows and other copies. Arguments: the folder of corpora, a corpus, rows a class, seeds, test rows. The
 * penalty is the same for all arms and was chosen before.
 */
final class CopiesBenchmark {
    private static final Map<String, String> POLICIES = new LinkedHashMap<>();

    static {
        POLICIES.put(
                "synonym-replacement 0.2, 2 copies", "{ operator = synonym-replacement, alpha = 0.2, copies = 2 }");
        POLICIES.put("keyboard-typos 0.2, 2 copies", "{ operator = keyboard-typos, alpha = 0.2, copies = 2 }");
        POLICIES.put("keyboard-typos 0.5, 2 copies", "{ operator = keyboard-typos, alpha = 0.5, copies = 2 }");
        POLICIES.put("EDA's four 0.1, 1 copy each", """
                { operator = synonym-replacement }, { operator = random-insertion }, { operator = random-swap }
                { operator = random-deletion }
                """);
        POLICIES.put("synonyms > typos 0.2, 2 copies", """
                { operator = sequence, copies = 2
                  steps = [{ operator = synonym-replacement, alpha = 0.2 }, { operator = keyboard-typos, alpha = 0.2 }] }
                """);
    }

    private static final double NOISE = 0.2;

    private final ObjectMapper json = new ObjectMapper();
    private final SentenceEncoder encoder = new SentenceEncoder(BaseModel.load(BaseModel.MINILM), 64);
    private final TextAnalyzer analyzer = new TextAnalyzer();
    private final Map<String, float[]> embeddings = new HashMap<>();

    private record Row(Document document, String text) {}

    /** A student: what it makes of texts, given the texts that it learns from, and its penalty. */
    private record Student(
            String name, double penalty, Function<List<String>, Function<List<String>, List<float[]>>> features) {}

    private CopiesBenchmark() {}

    public static void main(String[] arguments) throws IOException {
        new CopiesBenchmark()
                .run(
                        Path.of(arguments[0], arguments[1]),
                        Integer.parseInt(arguments[2]),
                        Integer.parseInt(arguments[3]),
                        Integer.parseInt(arguments[4]));
    }

    private void run(Path corpus, int each, int seeds, int most) throws IOException {
        List<Document> train = read(corpus.resolve("train.jsonl"));
        List<Document> test = Draw.shuffled(read(corpus.resolve("test.jsonl")), Seeds.random(1));
        test = test.subList(0, Math.min(most, test.size()));
        List<String> labels =
                List.copyOf(new TreeSet<>(train.stream().map(Document::label).toList()));
        Map<String, List<String>> tests = new LinkedHashMap<>();
        tests.put("clean", test.stream().map(Document::text).toList());
        Augmenter typos = new KeyboardTypos(KeyboardTypos.Layout.QWERTY, NOISE);
        tests.put(
                "typos",
                test.stream()
                        .map(row -> Edit.apply(
                                row.text(),
                                typos.edits(analyzer.analyze(row), Seeds.random(Seeds.of(9, row.id(), "test", 0)))))
                        .toList());
        int[] expected = classes(test, labels);
        List<Student> students = List.of(
                new Student("probe", 1e-2, learnt -> this::embedded),
                new Student("tf-idf", 1e-3, learnt -> new Terms(learnt)::vectors));
        Map<String, List<Double>> gains = new LinkedHashMap<>();
        for (int seed = 0; seed < seeds; seed++) {
            List<Document> few = few(train, each, seed);
            Map<String, Double> without = new HashMap<>();
            Map<String, List<Row>> arms = new LinkedHashMap<>();
            arms.put("no copies", List.of());
            for (Map.Entry<String, String> policy : POLICIES.entrySet()) {
                arms.put(policy.getKey(), copies(policy.getValue(), few, seed));
            }
            for (Map.Entry<String, List<Row>> arm : arms.entrySet()) {
                List<String> texts =
                        new ArrayList<>(few.stream().map(Document::text).toList());
                List<Document> owners = new ArrayList<>(few);
                arm.getValue().forEach(row -> {
                    texts.add(row.text());
                    owners.add(row.document());
                });
                for (Student student : students) {
                    Function<List<String>, List<float[]>> features = student.features.apply(texts);
                    LinearProbe probe = LinearProbe.fit(
                            features.apply(texts), classes(owners, labels), labels.size(), student.penalty);
                    for (Map.Entry<String, List<String>> part : tests.entrySet()) {
                        String where = student.name + ", " + part.getKey();
                        double accuracy = accuracy(probe.predictions(features.apply(part.getValue())), expected);
                        double base = arm.getKey().equals("no copies") ? 0 : Objects.requireNonNull(without.get(where));
                        without.putIfAbsent(where, accuracy);
                        gains.computeIfAbsent(where + " | " + arm.getKey(), any -> new ArrayList<>())
                                .add(accuracy - base);
                    }
                }
            }
        }
        print(
                corpus.getFileName() + ", " + each + " a class, " + seeds + " seeds, " + expected.length + " test rows",
                gains);
    }

    private static void print(String title, Map<String, List<Double>> gains) {
        System.out.println(title);
        new TreeMap<>(gains).forEach((what, values) -> {
            Interval interval =
                    Interval.of(values.stream().mapToDouble(Double::doubleValue).toArray());
            System.out.println(
                    what.endsWith("no copies")
                            ? String.format(Locale.ROOT, "%s | %.1f", what, 100 * interval.mean())
                            : String.format(
                                    Locale.ROOT,
                                    "%s | %+.1f (%+.1f to %+.1f)",
                                    what,
                                    100 * interval.mean(),
                                    100 * interval.low(),
                                    100 * interval.high()));
        });
    }

    private List<Row> copies(String operators, List<Document> few, int seed) throws IOException {
        Path file = Files.createTempFile("vocabulary", ".tsv");
        Vocabulary.of(few.stream().map(analyzer::analyze).toList()).write(file);
        try (Resources resources = new Resources("minilm", Optional.of(file))) {
            AugmentSection section = Settings.parse("operators = [" + operators + "]", AugmentSection::read);
            List<NamedAugmenter> steps = section.steps().stream()
                    .map(step -> new NamedAugmenter(
                            step.name(), step.copies(), step.factory().make(resources)))
                    .toList();
            List<Filter> filters = section.filters().stream()
                    .map(filter -> filter.make(resources))
                    .toList();
            CandidateMaker maker = new CandidateMaker(seed, analyzer::analyze, steps, Map.of(), filters);
            List<Row> rows = new ArrayList<>();
            for (Document document : few) {
                for (Candidate copy : maker.outcomes(document)) {
                    if (copy.fate() == Fate.KEPT) {
                        rows.add(new Row(document, copy.text()));
                    }
                }
            }
            return rows;
        } finally {
            Files.delete(file);
        }
    }

    private List<Document> read(Path file) throws IOException {
        List<Document> rows = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            JsonNode row = json.readTree(line);
            rows.add(new Document(
                    "r" + rows.size(),
                    row.get("text").asText(),
                    row.get("label").asText()));
        }
        return rows;
    }

    private static List<Document> few(List<Document> rows, int each, int seed) {
        Map<String, Integer> taken = new HashMap<>();
        return Draw.shuffled(rows, Seeds.random(seed)).stream()
                .filter(row -> taken.merge(row.label(), 1, Integer::sum) <= each)
                .toList();
    }

    private static int[] classes(List<Document> rows, List<String> labels) {
        return rows.stream().mapToInt(row -> labels.indexOf(row.label())).toArray();
    }

    private static double accuracy(int[] told, int[] expected) {
        int right = 0;
        for (int i = 0; i < told.length; i++) {
            right += told[i] == expected[i] ? 1 : 0;
        }
        return right / (double) told.length;
    }

    private List<float[]> embedded(List<String> texts) {
        List<String> missing = texts.stream()
                .filter(text -> !embeddings.containsKey(text))
                .distinct()
                .toList();
        List<float[]> made = encoder.embed(missing);
        for (int i = 0; i < made.size(); i++) {
            embeddings.put(missing.get(i), made.get(i));
        }
        return texts.stream().map(embeddings::get).toList();
    }

    /** Words and pairs of words by TF-IDF, of length 1; the terms are those of the texts that are learnt from. */
    private static final class Terms {
        private final Map<String, Integer> indices = new HashMap<>();
        private final List<Integer> documents = new ArrayList<>();
        private final int rows;

        Terms(List<String> learnt) {
            rows = learnt.size();
            for (String text : learnt) {
                for (String term : new TreeSet<>(terms(text))) {
                    int index = indices.computeIfAbsent(term, any -> indices.size());
                    if (index == documents.size()) {
                        documents.add(0);
                    }
                    documents.set(index, documents.get(index) + 1);
                }
            }
        }

        private static List<String> terms(String text) {
            List<String> words = List.of(text.toLowerCase(Locale.ROOT).split("(?<=\\W)|(?=\\W)|\\s+")).stream()
                    .filter(word -> !word.isBlank())
                    .toList();
            List<String> terms = new ArrayList<>(words);
            for (int i = 1; i < words.size(); i++) {
                terms.add(words.get(i - 1) + " " + words.get(i));
            }
            return terms;
        }

        List<float[]> vectors(List<String> texts) {
            return texts.stream().map(this::vector).toList();
        }

        private float[] vector(String text) {
            float[] vector = new float[indices.size()];
            double squares = 0;
            for (String term : terms(text)) {
                Integer index = indices.get(term);
                if (index != null) {
                    vector[index] += (float) (1 + Math.log((1.0 + rows) / (1.0 + documents.get(index))));
                }
            }
            for (float value : vector) {
                squares += value * value;
            }
            float length = (float) Math.sqrt(Math.max(squares, 1e-9));
            for (int i = 0; i < vector.length; i++) {
                vector[i] /= length;
            }
            return vector;
        }
    }
}
