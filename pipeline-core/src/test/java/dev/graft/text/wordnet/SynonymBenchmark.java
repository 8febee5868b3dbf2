// SPDX-License-Identifier: Apache-2.0
package dev.graft.text.wordnet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.Resources;
import dev.graft.augment.operator.Step;
import dev.graft.config.Settings;
import dev.graft.corpus.Document;
import dev.graft.random.Seeds;
import dev.graft.task.SentenceEncoder;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Article;
import dev.graft.text.StopWords;
import dev.graft.text.TextAnalyzer;
import dev.graft.text.Token;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Measures synonym replacement: speed, and against other libraries' output what share of the replacements keeps part of
 * speech and form. BENCHMARKS.md says how it is run.
 */
public final class SynonymBenchmark {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SENTENCES = 500;
    private static final int SAMPLES = 10;
    private static final int LONGEST_SAMPLE = 100;
    private static final String ALL = "all";
    private static final TextAnalyzer ANALYZER = new TextAnalyzer();
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    /** A sentence and what a library made of it. */
    private record Made(String corpus, String text, List<Edit> edits) {
        String result() {
            return Edit.apply(text, edits);
        }
    }

    /** What was counted over one library's output for one corpus. */
    private static final class Counts {
        private int sentences;
        private int changed;
        private int replacements;
        private int sameTag;
        private int sameForm;
        private int known;
        private int offLimits;
        private int wrongArticles;
        private double similarity;
    }

    private SynonymBenchmark() {}

    public static void main(String[] arguments) throws IOException {
        switch (arguments.length == 0 ? "" : arguments[0]) {
            case "sentences" -> sentences(arguments);
            case "tag" -> tag();
            case "ours" -> ours(Path.of(arguments[1]), settings(arguments));
            case "score" -> score(arguments);
            case "speed" -> speed(Path.of(arguments[1]), settings(arguments));
            default -> throw new IllegalArgumentException("the first argument is sentences, tag, ours, score or speed");
        }
    }

    private static String settings(String[] arguments) {
        StringBuilder text = new StringBuilder("operator = synonym-replacement");
        for (int i = 2; i < arguments.length; i++) {
            text.append('\n').append(arguments[i]);
        }
        return text.toString();
    }

    /** Prints the first sentences of each file: NAME=FILE. */
    private static void sentences(String[] arguments) throws IOException {
        for (int i = 1; i < arguments.length; i++) {
            int equals = arguments[i].indexOf('=');
            Set<String> texts = new TreeSet<>();
            for (String line : Files.readAllLines(Path.of(arguments[i].substring(equals + 1)))) {
                String text = JSON.readTree(line).get("text").asText();
                if (texts.size() < SENTENCES && text.indexOf('\n') < 0 && texts.add(text)) {
                    OUT.println(row(arguments[i].substring(0, equals), text, List.of()));
                }
            }
        }
    }

    private static String row(String corpus, String text, List<Edit> edits) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("corpus", corpus);
        fields.put("text", text);
        fields.put("edits", edits);
        return JSON.writeValueAsString(fields);
    }

    /** Answers each line of tokens with a line of tags, for a script that needs the tagger. */
    private static void tag() throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            OUT.println(String.join(" ", ANALYZER.tags(line.split(" "))));
        }
    }

    private static List<Made> read(Path file) throws IOException {
        List<Made> rows = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            JsonNode row = JSON.readTree(line);
            List<Edit> edits = new ArrayList<>();
            for (JsonNode edit : row.get("edits")) {
                edits.add(new Edit(
                        edit.get("start").asInt(),
                        edit.get("end").asInt(),
                        edit.get("replacement").asText()));
            }
            rows.add(new Made(row.get("corpus").asText(), row.get("text").asText(), edits));
        }
        return rows;
    }

    private static Augmenter operator(String settings) {
        String list = "operators = [{\n" + settings + "\n}]";
        List<Step> steps = Settings.parse(list, section -> Step.read(section.sections("operators")));
        return steps.get(0).factory().make(new Resources("minilm", Optional.empty()));
    }

    /** Prints what our operator makes of the sentences, in the format that the script writes. */
    private static void ours(Path sentences, String settings) throws IOException {
        Augmenter operator = operator(settings);
        int seed = 0;
        for (Made row : read(sentences)) {
            OUT.println(row(row.corpus, row.text, operator.edits(analyzed(row.text), Seeds.random(seed++))));
        }
    }

    private static AnalyzedText analyzed(String text) {
        return ANALYZER.analyze(new Document("d", text, null));
    }

    /** Prints the table, and samples of outputs whose names have no blank: NAME=FILE. */
    private static void score(String[] arguments) throws IOException {
        Map<String, List<Made>> libraries = new LinkedHashMap<>();
        for (int i = 1; i < arguments.length; i++) {
            int equals = arguments[i].lastIndexOf('=');
            libraries.put(arguments[i].substring(0, equals), read(Path.of(arguments[i].substring(equals + 1))));
        }
        OUT.println("| corpus | by | sentences changed | words replaced | same part of speech | and same form |"
                + " in WordNet | function words and names replaced | wrong a/an | mean similarity |");
        OUT.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        Lexicon lexicon = Lexicon.load();
        SentenceEncoder encoder = new Resources("minilm", Optional.empty()).encoder();
        Map<String, Map<String, Counts>> table = new LinkedHashMap<>();
        for (String library : libraries.keySet()) {
            for (Made made : libraries.get(library)) {
                float[][] embeddings =
                        encoder.embed(List.of(made.text, made.result())).toArray(float[][]::new);
                double similarity = SentenceEncoder.cosine(embeddings[0], embeddings[1]);
                for (String corpus : List.of(made.corpus, ALL)) {
                    Map<String, Counts> rows = table.computeIfAbsent(corpus, key -> new LinkedHashMap<>());
                    count(made, similarity, rows.computeIfAbsent(library, key -> new Counts()), lexicon);
                }
            }
        }
        Map<String, Counts> all = table.getOrDefault(ALL, Map.of());
        table.forEach((corpus, rows) -> {
            if (!corpus.equals(ALL)) {
                rows.forEach((library, counts) -> print(corpus, library, counts));
            }
        });
        all.forEach((library, counts) -> print(ALL, library, counts));
        samples(libraries);
    }

    private static void print(String corpus, String library, Counts counts) {
        OUT.printf(
                Locale.ROOT,
                "| %s | %s | %d of %d | %d | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %d | %.3f |%n",
                corpus,
                library,
                counts.changed,
                counts.sentences,
                counts.replacements,
                100.0 * counts.sameTag / counts.replacements,
                100.0 * counts.sameForm / counts.replacements,
                100.0 * counts.known / counts.replacements,
                100.0 * counts.offLimits / counts.replacements,
                counts.wrongArticles,
                counts.similarity / counts.changed);
    }

    private static void count(Made made, double similarity, Counts counts, Lexicon lexicon) {
        counts.sentences++;
        if (made.edits.isEmpty()) {
            return;
        }
        counts.changed++;
        counts.similarity += similarity;
        AnalyzedText before = analyzed(made.text);
        AnalyzedText after = analyzed(made.result());
        int shift = 0;
        for (Edit edit : made.edits) {
            int start = edit.start() + shift;
            shift += edit.replacement().length() - (edit.end() - edit.start());
            String word = made.text.substring(edit.start(), edit.end());
            if (isArticle(word)) {
                continue;
            }
            Token source = covering(before, edit.start(), edit.end()).get(0);
            List<Token> targets =
                    covering(after, start, start + edit.replacement().length());
            counts.replacements++;
            counts.offLimits += PartOfSpeech.of(source.tag()) == null || StopWords.contains(word) ? 1 : 0;
            counts.known += isKnown(edit.replacement(), lexicon) ? 1 : 0;
            counts.wrongArticles += hasWrongArticle(after, start) ? 1 : 0;
            boolean sameTag = false;
            boolean sameForm = false;
            for (Token target : targets) {
                if (target.tag().equals(source.tag())) {
                    sameTag = true;
                    sameForm |= isSameForm(word, after.textOf(target), edit.replacement(), source.tag(), lexicon);
                }
            }
            counts.sameTag += sameTag ? 1 : 0;
            counts.sameForm += sameForm ? 1 : 0;
        }
    }

    private static boolean isArticle(String word) {
        return word.equalsIgnoreCase("a") || word.equalsIgnoreCase("an");
    }

    private static List<Token> covering(AnalyzedText text, int start, int end) {
        List<Token> covering = new ArrayList<>();
        for (Token token : text.tokens()) {
            if (token.end() > start && token.start() < end) {
                covering.add(token);
            }
        }
        return covering;
    }

    private static boolean hasWrongArticle(AnalyzedText text, int start) {
        List<Token> tokens = text.tokens();
        for (int i = 1; i < tokens.size(); i++) {
            String before = text.textOf(tokens.get(i - 1));
            if (tokens.get(i).start() == start && isArticle(before)) {
                return (before.length() == 2) != Article.isAn(text.textOf(tokens.get(i)));
            }
        }
        return false;
    }

    private static boolean isSameForm(String word, String target, String replacement, String tag, Lexicon lexicon) {
        PartOfSpeech part = PartOfSpeech.of(tag);
        if (part == null) {
            return true;
        }
        Set<Form> wanted = forms(word.toLowerCase(Locale.ROOT), part, lexicon);
        boolean compared = (replacement.startsWith("more ") && wanted.contains(Form.COMPARATIVE))
                || (replacement.startsWith("most ") && wanted.contains(Form.SUPERLATIVE));
        wanted.retainAll(forms(target.toLowerCase(Locale.ROOT), part, lexicon));
        return compared || !wanted.isEmpty();
    }

    /** The forms that a word may stand in, by WordNet's entries; by its ending where it is none. */
    private static Set<Form> forms(String word, PartOfSpeech part, Lexicon lexicon) {
        Set<Form> forms = EnumSet.noneOf(Form.class);
        for (Lexicon.Reading reading : lexicon.readings(word, part)) {
            String past = lexicon.form(reading.word(), PartOfSpeech.VERB, Form.PAST);
            String participle = lexicon.form(reading.word(), PartOfSpeech.VERB, Form.PAST_PARTICIPLE);
            boolean verb = part == PartOfSpeech.VERB;
            boolean ended = reading.form() == Form.PAST;
            if (!ended) {
                forms.add(reading.form());
            }
            if (verb && (word.equals(past) || (ended && past == null))) {
                forms.add(Form.PAST);
            }
            if (verb && (word.equals(participle) || (ended && participle == null))) {
                forms.add(Form.PAST_PARTICIPLE);
            }
        }
        if (forms.isEmpty()) {
            forms.add(word.endsWith("s") && part == PartOfSpeech.NOUN ? Form.PLURAL : Form.BASE);
        }
        return forms;
    }

    private static boolean isKnown(String replacement, Lexicon lexicon) {
        String lower = replacement.toLowerCase(Locale.ROOT);
        if (lexicon.word(lower) >= 0) {
            return true;
        }
        for (String word : lower.split(" ")) {
            if (lexicon.stem(word) < 0 && !StopWords.contains(word)) {
                return false;
            }
        }
        return true;
    }

    private static void samples(Map<String, List<Made>> libraries) {
        List<Made> sources = libraries.values().iterator().next();
        libraries.keySet().removeIf(name -> name.contains(" "));
        Map<String, List<Integer>> rows = new TreeMap<>();
        for (int i = 0; i < sources.size(); i++) {
            int row = i;
            if (sources.get(i).text.length() < LONGEST_SAMPLE
                    && libraries.values().stream()
                            .noneMatch(made -> made.get(row).edits.isEmpty())) {
                rows.computeIfAbsent(sources.get(i).corpus, key -> new ArrayList<>())
                        .add(i);
            }
        }
        RandomGenerator random = new SplittableRandom(20);
        OUT.println("\n| source | " + String.join(" | ", libraries.keySet()) + " |");
        OUT.println("| --- |" + " --- |".repeat(libraries.size()));
        rows.forEach((corpus, candidates) -> {
            for (int i = 0; i < SAMPLES; i++) {
                int row = candidates.remove(random.nextInt(candidates.size()));
                StringBuilder line = new StringBuilder("| " + sources.get(row).text);
                libraries.values().forEach(made -> line.append(" | ").append(marked(made.get(row))));
                OUT.println(line + " |");
            }
        });
    }

    private static String marked(Made made) {
        List<Edit> marked = new ArrayList<>();
        for (Edit edit : made.edits) {
            marked.add(new Edit(edit.start(), edit.end(), "**" + edit.replacement() + "**"));
        }
        return Edit.apply(made.text, marked).replace("|", "\\|");
    }

    /** Prints words a second of texts that are tagged already, and how long the lexicon takes to load. */
    private static void speed(Path sentences, String settings) throws IOException {
        long without = heap();
        long started = System.nanoTime();
        WordNet wordNet = new WordNet();
        OUT.printf(Locale.ROOT, "lexicon loaded in %.0f ms", (System.nanoTime() - started) / 1e6);
        OUT.printf(Locale.ROOT, ", heap %.1f MB%n", (heap() - without) / 1e6);
        OUT.println(wordNet.synonyms("car", "NOUN"));
        Augmenter operator = operator(settings);
        List<AnalyzedText> texts = new ArrayList<>();
        long words = 0;
        for (Made row : read(sentences)) {
            AnalyzedText text = analyzed(row.text);
            words += text.tokens().size();
            texts.add(text);
        }
        for (int round = 1; round <= 40; round++) {
            long start = System.nanoTime();
            int edits = 0;
            for (int copy = 0; copy < 10; copy++) {
                for (int i = 0; i < texts.size(); i++) {
                    RandomGenerator random = Seeds.random(round * 1_000_003L + copy * 10_007L + i);
                    edits += operator.edits(texts.get(i), random).size();
                }
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            if (round % 10 == 0) {
                OUT.printf(
                        Locale.ROOT,
                        "round %d: %.0f words/s, %.0f edits/s%n",
                        round,
                        10 * words / seconds,
                        edits / seconds);
            }
        }
    }

    private static long heap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
