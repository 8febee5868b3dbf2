// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.Resources;
import dev.graft.random.Seeds;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.config.Settings;
import dev.graft.corpus.Document;
import dev.graft.text.AnalyzedText;
import dev.graft.text.TextAnalyzer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Words a second of one thread, over texts of about 120 chars made from the demo's tickets: the edits alone on analysed
 * text, and everything from the text to the copy.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class OperatorBenchmark {
    private static final int WORDS = 20_000;

    @Param({
        "keyboard-typos",
        "ocr-errors",
        "character-swap",
        "homoglyphs",
        "random-swap",
        "random-deletion",
        "word-split",
        "punctuation-insertion",
        "synonym-replacement"
    })
    public String operator = "";

    private final TextAnalyzer analyzer = new TextAnalyzer();
    private final List<Document> documents = new ArrayList<>();
    private final List<AnalyzedText> analyzed = new ArrayList<>();
    private Augmenter augmenter = (text, random) -> List.of();

    /** Texts of {@value #WORDS} words in all, tagged where the operator asks for it. */
    @Setup
    public void prepare() throws IOException {
        List<String> tickets = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("../conf/demo/train.jsonl"))) {
            tickets.add(new ObjectMapper().readTree(line).path("text").asText());
        }
        SplittableRandom random = new SplittableRandom(1);
        for (int words = 0; words < WORDS; ) {
            StringBuilder text = new StringBuilder(tickets.get(random.nextInt(tickets.size())));
            while (text.length() < 100) {
                text.append(' ').append(tickets.get(random.nextInt(tickets.size())));
            }
            text.setLength(Math.min(text.length(), 140));
            words += text.toString().split(" ", -1).length;
            documents.add(new Document("row-" + documents.size(), text.toString(), null));
        }
        String conf = Files.readString(Path.of("../conf/operators", operator + ".conf"));
        augmenter = Settings.parse(conf, Step::read).factory().make(new Resources("minilm", Optional.empty()));
        documents.forEach(document -> analyzed.add(analyzer.analyze(document)));
        analyzed.forEach(AnalyzedText::taggedWords);
    }

    @Benchmark
    @OperationsPerInvocation(WORDS)
    public int edits() {
        int edits = 0;
        for (AnalyzedText text : analyzed) {
            edits += augmenter
                    .edits(text, Seeds.random(Seeds.of(1, text.document().id(), operator, 0)))
                    .size();
        }
        return edits;
    }

    @Benchmark
    @OperationsPerInvocation(WORDS)
    public int fromTextToCopy() {
        int chars = 0;
        for (Document document : documents) {
            AnalyzedText text = analyzer.analyze(document);
            List<Edit> edits = augmenter.edits(text, Seeds.random(Seeds.of(1, document.id(), operator, 0)));
            chars += Edit.apply(document.text(), edits).length();
        }
        return chars;
    }
}
