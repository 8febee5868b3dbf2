// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.augment.Copies;
import dev.graft.augment.Resources;
import dev.graft.config.Settings;
import dev.graft.filter.Filter;
import dev.graft.filter.FilterSettings;
import dev.graft.filter.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator needs and does not find stops a configuration, or leaves the operator out where it is optional. */
class StepTest {
    private static final String GONE = "operator = misspellings, file = gone.tsv";

    @TempDir
    private Path folder;

    /**
     * What was read.
     *
     * @param text the section again, without what was left out
     */
    private record Found(List<Step> steps, Map<String, String> leftOut, String text, Map<String, String> files) {
        static Found in(String operators) {
            return Settings.parse(
                    "operators = [" + operators + "]",
                    root -> new Found(
                            Step.read(root.sections("operators")), root.leftOut(), root.canonical(), root.files()));
        }

        List<String> names() {
            return steps.stream().map(Step::name).toList();
        }
    }

    @Test
    void whatIsMissingStopsTheConfigurationUnlessItIsOptional() {
        assertThatThrownBy(() -> Found.in("{ " + GONE + " }, { operator = code-mixing, file = other.tsv }"))
                .hasMessageContaining("2 problems")
                .hasMessageContaining("operators[0].file: given \"gone.tsv\"; allowed is a file that can be read")
                .hasMessageContaining("operators[1].file");
        Found found = Found.in("{ " + GONE + ", optional = true }, { operator = random-swap, optional = true }");
        assertThat(found.names()).containsExactly("random-swap");
        assertThat(found.leftOut()).containsOnlyKeys("operators[0]");
        assertThat(found.leftOut().get("operators[0]")).contains("gone.tsv", "a file that can be read");
        assertThat(found.files()).isEmpty();
        List<Step> again = Settings.parse(found.text(), root -> Step.read(root.sections("operators")));
        assertThat(again).hasSize(1);
    }

    @Test
    void aPartThatIsOptionalIsLeftOutAndTheWholeWhereNoneIsLeft() {
        Found one = Found.in("{ operator = one-of, choices = [{ " + GONE
                + ", optional = true }, { operator = word-split, weight = 2 }] }");
        assertThat(one.names()).containsExactly("one-of");
        assertThat(one.leftOut()).containsOnlyKeys("operators[0].choices[0]");
        assertThat(one.text()).doesNotContain("gone.tsv").contains("word-split");
        Found sequence = Found.in("{ operator = sequence, steps = [{ " + GONE
                + ", optional = true, copies = 3 }, { operator = word-split, copies = 2 }] }");
        assertThat(sequence.steps().get(0).copies().each()).isEqualTo(2);
        String none = "operator = sequence, steps = [{ " + GONE + ", optional = true }]";
        assertThatThrownBy(() -> Found.in("{ " + none + " }"))
                .hasMessageContaining("none of these operators has what it needs")
                .hasMessageContaining("gone.tsv");
        assertThat(Found.in("{ " + none + ", optional = true }").names()).isEmpty();
        assertThat(Found.in("{ operator = sometimes, optional = true, step { " + GONE + " } }")
                        .names())
                .isEmpty();
        assertThatThrownBy(() -> Found.in("{ operator = sometimes, step { " + GONE + ", optional = true } }"))
                .hasMessageContaining("gone.tsv");
    }

    @Test
    void copiesByClassStandWithTheWholeOperator() {
        String parts = "operator = sequence, steps = [{ operator = word-split, copies = 2 }]";
        assertThat(Found.in("{ " + parts + ", copies { per-class = 9 } }")
                        .steps()
                        .get(0)
                        .copies())
                .isEqualTo(new Copies(2, 18));
        assertThatThrownBy(() -> Found.in(
                        "{ operator = sequence, steps = [{ operator = word-split, copies { per-class = 9 } }] }"))
                .hasMessageContaining("steps[0].copies")
                .hasMessageContaining("per-class stands with the operator that this one is part of");
    }

    @Test
    void filtersOfItsOwnTakeThePlaceOfThoseThatStandWithIt() {
        String own = "{ operator = synonym-replacement, filters { numbers { min = 0.5 }, repetition { max = 0.1 } } }";
        Step step = Found.in(own).steps().get(0);
        Resources none = new Resources("none", Optional.empty());
        List<Filter> judges = Settings.parse("units { min = 0.9 }", step::judges).stream()
                .filter(FilterSettings.Factory::isCheap)
                .map(factory -> factory.make(none))
                .toList();
        assertThat(judges).extracting(Filter::name).containsExactlyInAnyOrder("negation", "numbers", "repetition");
        assertThat(judges).allMatch(judge -> judge.judges("synonym-replacement") && !judge.judges("random-swap"));
        assertThat(judges)
                .filteredOn(judge -> judge.name().equals("numbers"))
                .allMatch(judge -> judge.judge(0.6).equals(Verdict.KEEP));
        assertThatThrownBy(() -> Found.in("{ operator = one-of, choices = [" + own + "] }"))
                .hasMessageContaining("choices[0].filters")
                .hasMessageContaining("filters stand with the operator that this one is part of");
        assertThatThrownBy(() -> Found.in("{ operator = random-swap, filters { numbrs { min = 1 } } }"))
                .hasMessageContaining("filters.numbrs is not a known key");
    }

    @Test
    void whatIsThereButBrokenIsRefusedEvenWhereItIsOptional() throws IOException {
        Path table = Files.writeString(folder.resolve("table.tsv"), "no tab here\n");
        assertThatThrownBy(() -> Found.in("{ operator = misspellings, optional = true, file = \"" + table + "\" }"))
                .hasMessageContaining("operators[0].file")
                .hasMessageContaining("table.tsv:1: given \"no tab here\"");
        Path vectors = Files.writeString(folder.resolve("vectors.txt"), "2 3\na 1 2 3\nb 1 2\n");
        assertThatThrownBy(() -> Found.in("{ operator = embedding-substitution, file = \"" + vectors + "\" }"))
                .hasMessageContaining("vectors.txt:3: 2 numbers; allowed is a word and 3");
        Path model = Files.createDirectories(folder.resolve("model"));
        assertThatThrownBy(() -> Found.in("{ operator = contextual-substitution, model = \"" + model + "\" }"))
                .hasMessageContaining("has no config.json");
        assertThatThrownBy(() -> Found.in("{ operator = back-translation, pivot = xx }"))
                .hasMessageContaining("allowed is one of eo, es");
    }
}
