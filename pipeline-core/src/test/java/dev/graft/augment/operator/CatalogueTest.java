// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.Resources;
import dev.graft.augment.operator.Operator.Family;
import dev.graft.config.Settings;
import dev.graft.corpus.Document;
import dev.graft.random.Seeds;
import dev.graft.text.TextAnalyzer;
import dev.graft.text.Vocabulary;
import dev.graft.translate.Apertium;
import dev.graft.translate.Pivot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page of all operators, conf/operators/README.md, is written from their examples and by themselves. It is rewritten by
 * {@code mvn -Dquick test -pl pipeline-core -Dtest=CatalogueTest -Dgraft.write=true}.
 */
class CatalogueTest {
    private static final Path PAGE = Path.of("..", "conf", "operators", "README.md");
    private static final TextAnalyzer ANALYZER = new TextAnalyzer();
    /** Sentences in which each operator finds something. */
    private static final List<String> TEXTS = List.of(
            "I bought an old phone for €20.50 and it does not charge, see https://example.com/x?y=1",
            "The café was crowded, but the children loved the naïve waiter.",
            "My parcel is late. Nobody answers the telephone! We don't know what to do, because I wanted the delivery today.",
            "I do not know when they will deliver it, but it is not here.",
            "If the light is red, stop the machine at once and call the engineer.");

    private static final Map<Operator, Integer> TEXT_OF = Map.of(
            Operator.DIACRITICS_REMOVAL, 1,
            Operator.MISSPELLINGS, 2,
            Operator.CODE_MIXING, 2,
            Operator.SENTENCE_SHUFFLE, 2,
            Operator.SENTENCE_DELETION, 2,
            Operator.SENTENCE_DUPLICATION, 2,
            Operator.EXPANSION, 2,
            Operator.CONTRACTION, 3,
            Operator.BACK_TRANSLATION, 4,
            Operator.CROPPING, 1);

    @TempDir
    private Path folder;

    @Test
    void thePageIsWhatTheOperatorsSay() throws IOException {
        assumeTrue(Apertium.isInstalled(Pivot.EO), "Apertium's en-eo is not installed: the page can't be compared");
        String page = page();
        if (Boolean.getBoolean("graft.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE))
                .as("conf/operators/README.md; -Dgraft.write=true rewrites it")
                .isEqualTo(page);
    }

    private String page() throws IOException {
        Path file = folder.resolve("vocabulary.tsv");
        Vocabulary.of(TEXTS.stream()
                        .map(text -> ANALYZER.analyze(new Document("d", text, null)))
                        .toList())
                .write(file);
        Resources resources = new Resources("minilm", Optional.of(file));
        StringBuilder page =
                new StringBuilder("# Operators\n\nWritten by `CatalogueTest` from the examples in this folder;"
                        + " what stands after the arrow was made by the operator. An\nentry of `augment.operators` also takes"
                        + " `copies` (default 1) and `name`. Annotated spans follow the edits of every\noperator; *inside* says that"
                        + " it also edits within them.\n");
        for (Family family : Family.values()) {
            page.append("\n## ")
                    .append(family.name().charAt(0))
                    .append(family.name().substring(1).toLowerCase(Locale.ROOT))
                    .append(
                            "\n\n| operator | what it does | keys | spans | example |\n| --- | --- | --- | --- | --- |\n");
            for (Operator operator : Operator.values()) {
                if (operator.family() == family) {
                    page.append(row(operator, resources));
                }
            }
        }
        return page.toString();
    }

    private static String row(Operator operator, Resources resources) {
        String source = OperatorsTest.source(operator);
        String name = Settings.name(operator);
        Augmenter augmenter = Settings.parse(source, Step::read).factory().make(resources);
        String text = TEXTS.get(TEXT_OF.getOrDefault(operator, 0));
        String made = operator == Operator.PARAPHRASE
                ? "what the model that is asked makes of it"
                : made(name, augmenter, text);
        return "| [%s](%s.conf) | %s | %s | %s | %s → %s |\n"
                .formatted(
                        name,
                        name,
                        source.lines().findFirst().orElse("").substring(2),
                        keys(source),
                        augmenter.editsSpans() ? "inside" : "around",
                        cell(text),
                        cell(made));
    }

    private static String made(String name, Augmenter augmenter, String text) {
        return LongStream.range(0, 100)
                .mapToObj(seed -> Edit.apply(
                        text,
                        augmenter.edits(
                                ANALYZER.analyze(new Document("d", text, null)).editingSpans(), Seeds.random(seed))))
                .filter(each -> !each.equals(text))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " changes nothing in: " + text));
    }

    private static String keys(String source) {
        List<String> keys = new ArrayList<>();
        source.lines()
                .filter(line -> line.matches("[a-z-]+ .*") && !line.startsWith("operator"))
                .map(line -> "`" + line.substring(0, line.indexOf(' ')) + "`")
                .forEach(keys::add);
        return keys.stream().collect(Collectors.joining(", "));
    }

    private static String cell(String text) {
        return text.replace("|", "\\|")
                .replace("[", "\\[")
                .replace("\u200B", "⟨200B⟩")
                .replace("\u2060", "⟨2060⟩")
                .replace("\uFEFF", "⟨FEFF⟩");
    }
}
