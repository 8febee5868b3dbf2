// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.analyzed;
import static dev.graft.augment.operator.Examples.made;
import static dev.graft.augment.operator.Examples.view;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.graft.augment.Augmenter;
import dev.graft.augment.CopyException;
import dev.graft.augment.Edit;
import dev.graft.augment.Resources;
import dev.graft.augment.operator.Operator.Family;
import dev.graft.augment.parts.Contractions;
import dev.graft.config.ConfigException;
import dev.graft.config.Settings;
import dev.graft.corpus.Document;
import dev.graft.corpus.Span;
import dev.graft.random.Seeds;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
import dev.graft.text.Vocabulary;
import dev.graft.translate.Apertium;
import dev.graft.translate.Pivot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every operator must hold, as its example in conf/operators/ has it; a new one is tested by standing in the list. */
class OperatorsTest {
    private static final Path CONF = Path.of("..", "conf", "operators");
    /** The keys that say how much of a text is changed; at the value here, nothing is. */
    private static final Map<String, Double> NOTHING =
            Map.of("alpha", 0.0, "rate", 0.0, "probability", 0.0, "keep", 1.0);

    private static final String TEXT = "Hello, I bought an old phone (BX-204817) for €20.50 and it didn't charge.\n\n"
            + "Please refund my quick purchase 🙂 — see https://example.com/x?y=1, café étonnant. They do not really"
            + " answer. The weather was lovely, and the children played outside."
            + " We were very happy. The garden looked fine.";

    /** Analysed and tagged once for all operators, as all texts here. */
    private static final AnalyzedText ANALYZED = analyzed(TEXT);

    private static final List<AnalyzedText> RANDOM = LongStream.range(0, 100)
            .mapToObj(seed -> analyzed(RandomText.of(seed)))
            .toList();
    /** With annotated words here and there. */
    private static final List<AnalyzedText> ANNOTATED = LongStream.range(0, 100)
            .mapToObj(seed -> annotated(RandomText.of(seed) + " " + TEXT, seed))
            .toList();

    /** Without blanks. */
    private static final List<AnalyzedText> STRETCHES = Stream.of("q", "7", ".", "a-", "x.", "'t", "&", "🙂", "e\u0301")
            .map(part -> analyzed("The end of " + part.repeat(100_000 / part.length())))
            .toList();

    /** The last is 100 kB: 18,000 words, of which the square is felt. */
    private static final List<AnalyzedText> EXTREMES = Stream.of(
                    "", " ", "\n", "word", "a".repeat(100_000), "many small words here. ".repeat(4_500))
            .map(text -> analyzed(text))
            .toList();

    private static Resources resources;
    private static final Map<String, Augmenter> MADE = new HashMap<>();

    @BeforeAll
    static void count(@TempDir Path folder) {
        Path file = folder.resolve("vocabulary.tsv");
        Vocabulary.of(List.of(analyzed(TEXT), analyzed("The parcel arrived and the children were surprised.")))
                .write(file);
        resources = new Resources("minilm", Optional.of(file));
        resources.vocabulary();
    }

    /** The operator of the example, with other values for keys that the example has. */
    static Augmenter example(Operator operator, Map<String, Double> with) {
        assumeThere(operator);
        return MADE.computeIfAbsent(
                operator + with.toString(),
                key -> parsed(operator, with).factory().make(resources));
    }

    private static void assumeThere(Operator operator) {
        assumeTrue(
                operator != Operator.BACK_TRANSLATION || Apertium.isInstalled(Pivot.EO),
                "Apertium's en-eo is not installed: not tested");
    }

    private static Step parsed(Operator operator, Map<String, Double> with) {
        StringBuilder text = new StringBuilder(source(operator));
        with.forEach((name, value) -> {
            if (text.indexOf("\n" + name + " = ") >= 0) {
                text.append("\n").append(name).append(" = ").append(value);
            }
        });
        return Settings.parse(text.toString(), Step::read);
    }

    static String source(Operator operator) {
        try {
            return Examples.withServer(Files.readString(CONF.resolve(Settings.name(operator) + ".conf"))
                    .replace("conf/operators/", "../conf/operators/")
                    .replace("models/bert-base-uncased", "src/test/resources/tiny-bert"));
        } catch (IOException e) {
            throw new IllegalStateException("an operator has an example in conf/operators/: " + e, e);
        }
    }

    /** A model takes a hundred times as long as a table, and is asked the fewer questions. */
    private static int seeds(Operator operator, int many) {
        return operator.family() == Family.MODELS ? many / 5 : many;
    }

    /** None where a model's answer lacks what is protected: that it changes other texts is tested by itself. */
    private static List<Edit> edits(Augmenter augmenter, AnalyzedText text, long seed) {
        try {
            return augmenter.edits(text, Seeds.random(seed));
        } catch (CopyException e) {
            assertThat(e.reason()).isEqualTo("protected-lost");
            return List.of();
        }
    }

    private static Augmenter strong(Operator operator) {
        return example(operator, Map.of("alpha", 0.5, "keep", 0.5));
    }

    @ParameterizedTest
    @EnumSource
    void theExampleIsCommentedAndOfThisOperator(Operator operator) {
        assertThat(source(operator)).startsWith("# ");
        assumeThere(operator);
        assertThat(Settings.parse(source(operator), Step::read).name()).isEqualTo(Settings.name(operator));
    }

    @ParameterizedTest
    @EnumSource
    void itHasATestOfItsOwn(Operator operator) {
        String name = Stream.of(operator.name().split("_"))
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining("", "dev.graft.augment.operator.", "Test"));
        assertThatCode(() -> Class.forName(name)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource
    void theExampleChangesTheText(Operator operator) {
        Augmenter augmenter = example(operator, Map.of());
        assertThat(LongStream.range(0, 20).mapToObj(seed -> made(augmenter, ANALYZED, seed)))
                .anyMatch(each -> !each.equals(TEXT));
    }

    @ParameterizedTest
    @EnumSource
    void nothingHappensAtRateZero(Operator operator) {
        if (operator == Operator.SEQUENCE || operator == Operator.ONE_OF) {
            return; // without a rate of their own
        }
        for (long seed = 0; seed < 20; seed++) {
            assertThat(example(operator, NOTHING).edits(ANALYZED, Seeds.random(seed)))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSameSeedGivesTheSameEditsAndSomeSeedsGiveOthers(Operator operator) {
        Augmenter augmenter = example(operator, Map.of("alpha", 0.05, "rate", 0.5));
        for (long seed = 0; seed < seeds(operator, 20); seed++) {
            assertThat(made(augmenter, ANALYZED, seed)).as("seed %d", seed).isEqualTo(made(augmenter, ANALYZED, seed));
        }
        String first = made(augmenter, ANALYZED, 0);
        assertThat(LongStream.range(1, 20).mapToObj(seed -> made(augmenter, ANALYZED, seed)))
                .anyMatch(other -> !other.equals(first));
    }

    @ParameterizedTest
    @EnumSource
    void aHundredRandomTextsKeepWhatIsProtectedAndCanBeRestored(Operator operator) {
        Augmenter augmenter = strong(operator);
        Set<String> touched =
                operator == Operator.CONTRACTION || operator == Operator.EXPANSION ? Contractions.TOUCHED : Set.of();
        for (int seed = 0; seed < seeds(operator, RANDOM.size()); seed++) {
            AnalyzedText text = RANDOM.get(seed);
            List<Edit> edits = edits(augmenter, text, seed);
            String made = Edit.apply(text.text(), edits);
            assertThat(Edit.apply(made, Edit.inverse(text.text(), edits)))
                    .as("seed %d", seed)
                    .isEqualTo(text.text());
            for (Span span : text.protectedSpans()) {
                if (!touched.contains(span.label())) {
                    assertThat(made)
                            .as("seed %d: %s of <%s>", seed, span, text.text())
                            .contains(text.text().substring(span.start(), span.end()));
                }
            }
            assertWhole(text.text(), edits, seed);
            if (halves(text.text()) == 0) {
                assertThat(halves(made)).as("seed %d", seed).isZero();
            }
        }
    }

    /** A letter keeps its marks, an emoji its parts, and what is called an edit changes something. */
    private static void assertWhole(String source, List<Edit> edits, long seed) {
        Set<Integer> borders = Pattern.compile("\\b{g}")
                .matcher(source)
                .results()
                .map(MatchResult::start)
                .collect(Collectors.toSet());
        for (Edit edit : edits) {
            assertThat(edit.replacement()).as("seed %d", seed).isNotEqualTo(source.substring(edit.start(), edit.end()));
            assertThat(borders.containsAll(List.of(edit.start(), edit.end())))
                    .as("seed %d: %s parts no character of <%s>", seed, edit, source)
                    .isTrue();
        }
    }

    /** Chars that are half of a character. */
    private static long halves(String text) {
        return text.codePoints()
                .filter(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
                .count();
    }

    @ParameterizedTest
    @EnumSource
    void annotatedSpansAreLeftAloneOrFollow(Operator operator) {
        Augmenter augmenter = strong(operator);
        for (int seed = 0; seed < seeds(operator, ANNOTATED.size()); seed++) {
            AnalyzedText text = ANNOTATED.get(seed);
            List<Edit> edits = edits(augmenter, view(augmenter, text), seed);
            assertProjected(text.document(), edits, !augmenter.editsSpans());
        }
    }

    private static AnalyzedText annotated(String text, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Span> spans = new ArrayList<>();
        List<Token> words = analyzed(text).words();
        for (int i = 0; i + 1 < words.size(); i += 2) {
            if (random.nextInt(4) == 0) {
                spans.add(new Span(
                        words.get(i).start(), words.get(i + random.nextInt(2)).end(), "L" + i));
            }
        }
        return analyzed(text, spans.toArray(Span[]::new));
    }

    /** Each span covers, character by character, what the edits made of its content. */
    private static void assertProjected(Document document, List<Edit> edits, boolean untouched) {
        String made = Edit.apply(document.text(), edits);
        List<Span> projected = Edit.project(document.spans(), edits);
        for (Span span : projected) {
            Span source = document.spans().stream()
                    .filter(each -> each.label().equals(span.label()))
                    .findFirst()
                    .orElseThrow();
            List<Edit> within = edits.stream()
                    .filter(edit -> edit.start() >= source.start()
                            && edit.end() <= source.end()
                            && !(edit.start() == edit.end()
                                    && (edit.start() == source.start() || edit.end() == source.end())))
                    .map(edit ->
                            new Edit(edit.start() - source.start(), edit.end() - source.start(), edit.replacement()))
                    .toList();
            String content = document.text().substring(source.start(), source.end());
            assertThat(made.substring(span.start(), span.end())).isEqualTo(Edit.apply(content, within));
            if (untouched) {
                assertThat(within).isEmpty();
            }
        }
        if (untouched) {
            assertThat(projected).hasSameSizeAs(document.spans());
        }
    }

    @Test
    void randomChainsOfThreeKeepSpansAndCanBeRestored() {
        List<Operator> operators = Stream.of(Operator.values())
                .filter(operator -> operator != Operator.BACK_TRANSLATION && operator != Operator.PARAPHRASE)
                .toList();
        for (int seed = 0; seed < 2 * ANNOTATED.size(); seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Sequence chain = Sequence.of(Stream.generate(() -> strong(operators.get(random.nextInt(operators.size()))))
                    .limit(3)
                    .toList());
            Document document = ANNOTATED.get(seed % ANNOTATED.size()).document();
            List<Edit> edits = chain.edits(view(chain, ANNOTATED.get(seed % ANNOTATED.size())), Seeds.random(seed));
            String made = Edit.apply(document.text(), edits);
            assertThat(Edit.apply(made, Edit.inverse(document.text(), edits)))
                    .as("seed %d", seed)
                    .isEqualTo(document.text());
            assertProjected(document, edits, false);
        }
    }

    @ParameterizedTest
    @EnumSource
    void emptyBlankAndHugeTextsPass(Operator operator) {
        Augmenter augmenter =
                example(operator, operator == Operator.BACK_TRANSLATION ? Map.of("rate", 0.001) : Map.of());
        for (AnalyzedText text : EXTREMES) {
            List<Edit> edits = augmenter.edits(text, Seeds.random(3));
            assertThat(Edit.apply(Edit.apply(text.text(), edits), Edit.inverse(text.text(), edits)))
                    .isEqualTo(text.text());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStretchWithoutBlanksTakesNoTime(Operator operator) {
        Augmenter augmenter = example(operator, Map.of());
        for (AnalyzedText text : STRETCHES) {
            long start = System.nanoTime();
            augmenter.edits(view(augmenter, text), Seeds.random(5));
            assertThat((System.nanoTime() - start) / 1_000_000)
                    .as("ms for <%s>", text.text().substring(0, 20))
                    .isLessThan(5_000);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aShareOutOfBoundsIsNamed(Operator operator) {
        if (operator.family() == Family.COMPOSITION && operator != Operator.SOMETIMES) {
            return; // without a rate of their own
        }
        for (double bad : new double[] {-0.1, 1.1}) {
            Map<String, Double> all = Map.of("alpha", bad, "rate", bad, "keep", bad, "probability", bad);
            assertThatThrownBy(() -> parsed(operator, all))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContainingAll("given " + bad, "allowed is a number from 0");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anUnknownKeyIsNamed(Operator operator) {
        assertThatThrownBy(() -> Settings.parse(source(operator) + "\nalpah = 0.1", Step::read))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("alpah is not a known key");
    }
}
