// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.candidate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmented;
import dev.graft.augment.Augmenter;
import dev.graft.augment.Copies;
import dev.graft.augment.Edit;
import dev.graft.augment.Resources;
import dev.graft.augment.operator.Step;
import dev.graft.config.Settings;
import dev.graft.corpus.Document;
import dev.graft.corpus.Span;
import dev.graft.filter.Filter;
import dev.graft.filter.Verdict;
import dev.graft.jobs.augment.candidate.Candidate.Fate;
import dev.graft.jobs.augment.candidate.CandidateMaker.NamedAugmenter;
import dev.graft.text.TextAnalyzer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Turns of a conversation, each edited and judged by itself. */
class EditedTurnsTest {
    private static final EditedTurns USER = new EditedTurns(Set.of("user"));
    private static final TextAnalyzer ANALYZER = new TextAnalyzer();
    private static final Augmenter BORDERS = (text, random) -> List.of(
            new Edit(0, 0, "<"), new Edit(text.text().length(), text.text().length(), ">"));

    private static final String[] WORDS = {
        "Please", "cancel", "my", "order.", "It", "is", "late!", "Why?", "😀", "été", "I", "can't", "wait", "x = 1;",
        "\n"
    };

    /** A document of turns, as the reader makes it. */
    private static Document conversation(String id, String... turns) {
        StringBuilder text = new StringBuilder();
        List<Span> spans = new ArrayList<>();
        for (int i = 0; i < turns.length; i += 2) {
            text.append(i == 0 ? "" : "\n\n").append(turns[i]).append(": ");
            spans.add(new Span(text.length(), text.length() + turns[i + 1].length(), turns[i]));
            text.append(turns[i + 1]);
        }
        return new Document(id, text.toString(), null, spans);
    }

    private static CandidateMaker maker(long seed, EditedTurns turns, List<NamedAugmenter> steps, Filter... filters) {
        return new CandidateMaker(seed, ANALYZER::analyze, steps, Map.of(), List.of(filters), turns);
    }

    private static List<NamedAugmenter> steps() {
        Resources resources = new Resources("minilm", Optional.empty(), Optional.empty());
        List<NamedAugmenter> steps = new ArrayList<>();
        steps.add(new NamedAugmenter("borders", Copies.of(1), BORDERS));
        Settings.parse("""
                        operators = [
                          { operator = sentence-shuffle }, { operator = sentence-duplication }, { operator = sentence-deletion }
                          { operator = cropping }, { operator = random-swap, alpha = 0.5 }, { operator = random-deletion, alpha = 0.5 }
                          { operator = punctuation-insertion, alpha = 0.9 }, { operator = zero-width, alpha = 0.9 }
                          { operator = word-merge, alpha = 0.9 }, { operator = word-split, alpha = 0.9 }
                          { operator = keyboard-typos, alpha = 0.9 }, { operator = character-insertion, alpha = 0.9 }
                        ]""", root -> Step.read(root.sections("operators")))
                .forEach(step -> steps.add(new NamedAugmenter(
                        step.name(), step.copies(), step.factory().make(resources))));
        return steps;
    }

    @Test
    void whatIsNotTheUsersStaysByteForByteWhateverTheOperator() {
        List<NamedAugmenter> steps = steps();
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            String[] turns = new String[2 * (1 + random.nextInt(6))];
            for (int i = 0; i < turns.length; i += 2) {
                turns[i] = List.of("user", "assistant", "system").get(random.nextInt(3));
                StringBuilder said = new StringBuilder();
                for (int words = random.nextInt(12); words > 0; words--) {
                    said.append(WORDS[random.nextInt(WORDS.length)]).append(words == 1 ? "" : " ");
                }
                turns[i + 1] = said.toString();
            }
            Document source = conversation("c" + seed, turns);
            List<Candidate> made = maker(seed, USER, steps).outcomes(source);
            assertThat(made).hasSize(steps.size());
            for (Candidate copy : made) {
                assertThat(copy.fate())
                        .as("%s of %s", copy.operator(), source)
                        .isIn(Fate.KEPT, Fate.UNCHANGED, Fate.DROPPED);
                assertThat(copy.text()).isEqualTo(Edit.apply(source.text(), copy.edits()));
                String[] after = new String[turns.length];
                assertThat(copy.spans()).hasSize(source.spans().size());
                for (int i = 0; i < copy.spans().size(); i++) {
                    Span span = copy.spans().get(i);
                    after[2 * i] = span.label();
                    after[2 * i + 1] = copy.text().substring(span.start(), span.end());
                    if (!turns[2 * i].equals("user")) {
                        assertThat(after[2 * i + 1]).isEqualTo(turns[2 * i + 1]);
                    } else {
                        assertThat(after[2 * i + 1].isBlank()).isEqualTo(turns[2 * i + 1].isBlank());
                    }
                }
                assertThat(conversation("c" + seed, after).text()).isEqualTo(copy.text());
                assertThat(conversation("c" + seed, after).spans()).isEqualTo(copy.spans());
            }
        }
    }

    @Test
    void whatIsInsertedAtABorderBelongsToItsTurn() {
        Candidate copy = maker(1, USER, List.of(new NamedAugmenter("borders", Copies.of(1), BORDERS)))
                .outcomes(conversation("c", "user", "😀", "assistant", "Yes.", "user", "And now?"))
                .get(0);
        assertThat(copy.text()).isEqualTo("user: <😀>\n\nassistant: Yes.\n\nuser: <And now?>");
        assertThat(copy.spans().stream()
                        .map(span -> copy.text().substring(span.start(), span.end()))
                        .toList())
                .containsExactly("<😀>", "Yes.", "<And now?>");
    }

    @Test
    void anOperatorSeesOneTurnAndAFilterJudgesOneTurn() {
        List<String> seen = new ArrayList<>();
        Augmenter first = (text, random) -> {
            seen.add(text.text());
            return List.of(new Edit(0, 1, "X"));
        };
        Filter short3 = new Filter() {
            @Override
            public String name() {
                return "short";
            }

            @Override
            public double score(Augmented copy) {
                seen.add(copy.source().text() + " > " + copy.text());
                return copy.text().length();
            }

            @Override
            public Verdict judge(double score) {
                return score < 3 ? new Verdict.Drop("short") : Verdict.KEEP;
            }
        };
        List<NamedAugmenter> steps = List.of(new NamedAugmenter("first", Copies.of(1), first));
        Document two = conversation("c", "user", "One two.", "assistant", "Three.", "user", "Four.");
        Candidate kept = maker(1, USER, steps, short3).outcomes(two).get(0);
        assertThat(seen).containsExactly("One two.", "Four.", "One two. > Xne two.", "Four. > Xour.");
        assertThat(kept.fate()).isEqualTo(Fate.KEPT);
        Candidate dropped = maker(1, USER, steps, short3)
                .outcomes(conversation("c", "user", "One two.", "assistant", "Three.", "user", "No"))
                .get(0);
        assertThat(dropped.fate()).isEqualTo(Fate.DROPPED);
        assertThat(dropped.scores()).containsEntry("short", 2.0);
        assertThat(maker(1, USER, steps)
                        .outcomes(conversation("c", "assistant", "Three."))
                        .get(0))
                .satisfies(none -> assertThat(none.reason()).isEqualTo("no-turn-to-edit"));
    }
}
