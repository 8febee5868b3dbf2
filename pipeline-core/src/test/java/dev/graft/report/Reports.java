// SPDX-License-Identifier: Apache-2.0
package dev.graft.report;

import dev.graft.augment.Edit;
import dev.graft.report.ArmScores.Score;
import dev.graft.run.Counts;
import dev.graft.run.Manifest;
import dev.graft.run.Provenance;
import dev.graft.storage.LocalStorage;
import dev.graft.storage.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Reports of the size and shape of real ones; {@link #main} writes them to look at in a browser. */
final class Reports {
    private static final Instant FINISHED = Instant.parse("2026-11-01T09:41:00Z");

    /** What a page must survive: markup, right-to-left script, emoji and combining chars, a word without end. */
    static final List<String> HOSTILE = List.of(
            "</script><script>document.title = 'broken out'</script><!-- <img src=x onerror=alert(1)>",
            "לא הצלחתי להתחבר לחשבון שלי, please reset 42 times",
            "Crème bru\u0302lée 🙈👩‍👩‍👧 arrived\nlate\r\nagain",
            "x".repeat(4000),
            "{{data}} /*{{report.js}}*/ $1 \\u003c \u2028 &amp; \"quoted\"");

    private static final List<String> TICKETS = List.of(
            "My card was charged twice for the same order, can someone look into this?",
            "I can't log in since the update. It says my password is wrong but I reset it an hour ago.",
            "where is my parcel, tracking hasn't moved since monday!!",
            "Please cancel my subscription before the next billing date.",
            "The app crashes every time I open the settings page on my phone.",
            "Hi, I would like to change the delivery address of order 88213 to my office.",
            "Do you ship to Norway and how long does it take?",
            "The blue jacket I received is a size too small. How do I send it back?");

    private static final List<String> INTENTS = List.of(
            "billing",
            "login",
            "delivery",
            "cancel",
            "crash",
            "address",
            "shipping",
            "return",
            "refund",
            "invoice",
            "feature-request",
            "praise");

    private Reports() {}

    static Report full() {
        return trained("demo", INTENTS, 4, 0.012, 3);
    }

    static Report augmentOnly() {
        return new Report(
                "augment-only", FINISHED, facts(), files(), manifest(), survey(), List.of(), List.of(), List.of());
    }

    static Report empty() {
        return new Report("nothing", FINISHED, Map.of(), Map.of(), null, null, List.of(), List.of(), List.of());
    }

    /** @param gain of the last arm over the others, in shares */
    static Report trained(String name, List<String> labels, long seed, double gain, int seeds) {
        Random random = new Random(seed);
        List<String> names = List.of("originals", "originals, equal steps", "augmented");
        List<Curve> curves = new ArrayList<>();
        List<ArmScores> arms = new ArrayList<>();
        for (int arm = 0; arm < names.size(); arm++) {
            List<Score> scores = new ArrayList<>();
            int steps = arm == 0 ? 150 : 420;
            for (int run = 0; run < seeds; run++) {
                curves.add(curve(names.get(arm), run, steps, random));
                double accuracy = 0.86 + (arm == 0 ? -0.02 : 0) + (arm == 2 ? gain : 0) + 0.008 * random.nextGaussian();
                double typos = accuracy - 0.06 + (arm == 2 ? 2 * gain : 0) + 0.008 * random.nextGaussian();
                scores.add(new Score("test", run, accuracy, accuracy - 0.01 + 0.002 * random.nextGaussian()));
                scores.add(new Score("test with typos", run, typos, typos - 0.012));
            }
            List<List<Integer>> confusion = confusion(labels.size(), random);
            arms.add(new ArmScores(names.get(arm), arm == 2 ? 2710 : 960, steps, scores, f1(confusion), confusion));
        }
        return new Report(name, FINISHED, facts(), files(), manifest(), survey(), curves, labels, arms);
    }

    static Survey survey() {
        List<Sample> samples = samples();
        Random random = new Random(11);
        List<Survey.Kept> kept = new ArrayList<>();
        manifest().operators().forEach((operator, counts) -> {
            long[] bins = new long[Survey.BINS];
            double typical = operator.startsWith("back") ? 0.5 : 0.12;
            for (long copy = 0; copy < counts.kept(); copy++) {
                double intensity = Math.abs(typical + 0.15 * random.nextGaussian());
                bins[(int) Math.min(Survey.BINS - 1, intensity * Survey.BINS)]++;
            }
            List<String> texts = samples.stream()
                    .filter(sample -> sample.operator().startsWith(operator))
                    .map(sample -> Edit.apply(sample.text(), sample.edits()))
                    .toList();
            kept.add(new Survey.Kept(
                    operator,
                    counts.kept(),
                    LongStream.of(bins).boxed().toList(),
                    operator.equals("keyboard-typos") ? null : 0.9 - typical / 4,
                    texts.isEmpty() ? null : Diversity.of(texts)));
        });
        kept.add(new Survey.Kept("<b>nothing</b>-kept", 0, Collections.nCopies(Survey.BINS, 0L), null, null));
        return new Survey(
                Diversity.of(TICKETS),
                kept,
                List.of(new Survey.OfClass("<i>rare</i>", 3, 40)),
                Sample.spread(samples, Survey.SAMPLES));
    }

    static List<Sample> samples() {
        List<Sample> samples = new ArrayList<>();
        Random random = new Random(7);
        for (int i = 0; i < 12; i++) {
            String text = TICKETS.get(i % TICKETS.size());
            String label = INTENTS.get(i % TICKETS.size());
            Map<String, Double> scores = Map.of("similarity", 0.8 + 0.2 * random.nextDouble(), "length-ratio", 1.0);
            int space = text.indexOf(' ', 8);
            int next = text.indexOf(' ', space + 1);
            samples.add(Sample.kept(
                    "synonym-replacement",
                    "ticket-" + i,
                    label,
                    text,
                    List.of(new Edit(space + 1, next, "bill")),
                    scores));
            samples.add(Sample.kept(
                    "random-deletion", "ticket-" + i, label, text, List.of(new Edit(space, next, "")), scores));
            samples.add(Sample.kept(
                    "random-insertion",
                    "ticket-" + i,
                    label,
                    text,
                    List.of(new Edit(space, space, " report")),
                    scores));
            samples.add(Sample.kept(
                    "keyboard-typos",
                    "ticket-" + i,
                    label,
                    text,
                    List.of(new Edit(space + 1, space + 2, "q"), new Edit(next - 1, next, "")),
                    scores));
            samples.add(Sample.kept(
                    "back-translation-en-eo",
                    "ticket-" + i,
                    label,
                    text,
                    List.of(new Edit(0, text.length(), text.replace("my", "the").replace("is", "was"))),
                    scores));
        }
        for (int i = 0; i < HOSTILE.size(); i++) {
            String text = HOSTILE.get(i);
            samples.add(
                    i,
                    Sample.kept(
                            "back-translation-en-es",
                            "<i>hostile</i>-" + i,
                            i == 1 ? "<b>תווית</b>" : null,
                            text,
                            List.of(new Edit(2, 5, "\n<u>new</u> 🙂")),
                            Map.of()));
        }
        return samples;
    }

    static Manifest manifest() {
        Map<String, Counts> operators = new LinkedHashMap<>();
        operators.put(
                "synonym-replacement",
                new Counts(960, 960, 815, Map.of("similarity-low", 61L, "duplicate", 12L), 72, 0));
        operators.put("random-insertion", new Counts(960, 960, 790, Map.of("similarity-low", 148L), 22, 0));
        operators.put("random-swap", new Counts(960, 960, 840, Map.of("similarity-low", 95L, "duplicate", 7L), 18, 0));
        operators.put(
                "random-deletion",
                new Counts(960, 960, 702, Map.of("similarity-low", 204L, "length-ratio-low", 31L), 23, 0));
        operators.put("keyboard-typos", new Counts(960, 1920, 1644, Map.of("similarity-low", 270L), 6, 0));
        operators.put(
                "back-translation",
                new Counts(960, 1920, 1312, Map.of("similarity-low", 340L, "length-ratio-high", 9L), 255, 4));
        return new Manifest(
                new Provenance(
                        new TreeMap<>(Map.of("seed", "42", "augment.operators[0].alpha", "0.1")), new TreeMap<>()),
                Map.of("graft", "0.1.0", "java", "17.0.15", "spark", "4.1.3", "djl", "0.36.0"),
                42,
                Map.of("all-minilm-l6-v2", "a1b2c3".repeat(10) + "d4e5", "wordnet-3.1", "0f1e2d".repeat(10) + "3c4b"),
                new LinkedHashMap<>(Map.of("train", 960L, "test", 240L, "augmented", 6103L, "quarantine", 3L)),
                Map.of(),
                operators,
                Map.of("read", 3.2, "augment", 41.7, "write", 2.1),
                List.of());
    }

    static Place place(Path path) {
        return new Place(new LocalStorage(), path.toString());
    }

    private static Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Corpus", "conf/demo/train.jsonl, 12 classes");
        facts.put("Model", "all-MiniLM-L6-v2, LoRA r 8, alpha 16 on query and value");
        facts.put("Training", "5 epochs, batches of 16, learning rate 5e-4, seeds 1, 2, 3");
        return facts;
    }

    private static Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("augmented/", "originals and kept copies, Parquet");
        files.put("rejected/", "dropped copies with their reasons, Parquet");
        files.put("adapter/", "the adapter, in PEFT's format");
        return files;
    }

    private static Curve curve(String arm, long seed, int steps, Random random) {
        double floor = 0.15 + 0.1 * random.nextDouble();
        return new Curve(
                arm,
                seed,
                IntStream.rangeClosed(1, steps)
                        .mapToObj(step -> new Curve.Point(
                                step,
                                floor
                                        + 2.3 * Math.exp(-step / 60.0) * (1 + 0.12 * random.nextGaussian())
                                        + 0.08 * Math.abs(random.nextGaussian())))
                        .toList());
    }

    private static List<List<Integer>> confusion(int classes, Random random) {
        int[][] counts = new int[classes][classes];
        for (int expected = 0; expected < classes; expected++) {
            double right = 0.6 + 0.38 * random.nextDouble();
            for (int row = 0; row < 60; row++) {
                int near = Math.floorMod(expected + 1 + (int) Math.abs(2 * random.nextGaussian()), classes);
                counts[expected][random.nextDouble() < right ? expected : near]++;
            }
        }
        return IntStream.range(0, classes)
                .mapToObj(i -> IntStream.of(counts[i]).boxed().toList())
                .toList();
    }

    private static List<Double> f1(List<List<Integer>> confusion) {
        return IntStream.range(0, confusion.size())
                .mapToObj(i -> {
                    int expected = confusion.get(i).stream()
                            .mapToInt(Integer::intValue)
                            .sum();
                    int predicted =
                            confusion.stream().mapToInt(row -> row.get(i)).sum();
                    return 2.0 * confusion.get(i).get(i) / (expected + predicted);
                })
                .toList();
    }

    static List<String> labels(int classes) {
        return IntStream.range(0, classes)
                .mapToObj(i -> "intent_number_" + i + "_of_the_bank")
                .toList();
    }

    /** @param arguments the directory to write to */
    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createDirectories(Path.of(arguments[0]));
        full().write(place(directory.resolve("full.html")));
        augmentOnly().write(place(directory.resolve("augment-only.html")));
        empty().write(place(directory.resolve("empty.html")));
        trained("banking", labels(77), 5, 0.03, 3).write(place(directory.resolve("classes-77.html")));
        trained("two", List.of("negative", "positive"), 6, 0.0, 1).write(place(directory.resolve("classes-2.html")));
        trained("many", labels(300), 7, -0.03, 5).write(place(directory.resolve("classes-300.html")));
    }
}
