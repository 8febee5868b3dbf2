// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmented;
import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.config.Settings;
import dev.graft.corpus.Span;
import dev.graft.filter.Filter;
import dev.graft.filter.Verdict;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Vocabulary;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * One operator after the other, each on what the one before it made. Harm does not pile up: a word that one of them made, and
 * that the source does not have, is left alone by those behind it, and behind each step stands a gate, which compares all that
 * was made so far with the source; a step that does not pass it is undone.
 *
 * @param parts {@code steps}, one at least
 */
record Sequence(List<Part> parts) implements Augmenter {
    /**
     * A step.
     *
     * @param gate what judges the text behind it: its {@code filters}, and those that stand with it and ask no model
     */
    record Part(String name, Augmenter augmenter, List<Filter> gate) {
        Part {
            gate = List.copyOf(gate);
        }
    }

    Sequence {
        parts = List.copyOf(parts);
    }

    /** Steps without names or gates. */
    static Sequence of(List<Augmenter> augmenters) {
        return new Sequence(augmenters.stream()
                .map(each -> new Part(each.getClass().getSimpleName(), each, List.of()))
                .toList());
    }

    static Step.Parts read(Settings section) {
        List<Settings> given = section.sections("steps");
        List<Step> steps = Step.present(given, Step::gated);
        Step.requireOne(section, "steps", given, steps);
        int copies = 1;
        Set<Operator> operators = new HashSet<>();
        for (Step step : steps) {
            copies *= step.copies().each();
            operators.addAll(step.operators());
        }
        return new Step.Parts(
                copies,
                operators,
                resources -> new Sequence(steps.stream()
                        .map(step -> new Part(
                                step.name(),
                                step.factory().make(resources),
                                step.gate().stream()
                                        .map(filter -> filter.make(resources))
                                        .toList()))
                        .toList()));
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return proposal(text, random).edits();
    }

    @Override
    public Proposal proposal(AnalyzedText text, RandomGenerator random) {
        return run(text, random, stage -> {});
    }

    @Override
    public List<List<Proposal>> proposals(List<Asked> documents) {
        return documents.stream()
                .map(each -> Proposal.each(each, this::proposal))
                .toList();
    }

    @Override
    public List<Stage> stages(AnalyzedText text, RandomGenerator random) {
        List<Stage> stages = new ArrayList<>();
        run(text, random, stages::add);
        return stages;
    }

    /** A copy that a step would not have kept is not kept. */
    private Proposal run(AnalyzedText text, RandomGenerator random, Consumer<Stage> told) {
        List<Edit> all = List.of();
        String dropped = "";
        AnalyzedText now = text;
        Set<String> known = parts.size() < 2 ? Set.of() : new HashSet<>(Vocabulary.words(text));
        for (Part part : parts) {
            Augmenter step = part.augmenter;
            Proposal proposal = step.proposal(step.editsSpans() ? now : now.closingSpans(), random);
            List<Edit> edits = proposal.edits();
            dropped = dropped.isEmpty() ? proposal.dropped() : dropped;
            List<Edit> together = Edit.compose(all, edits);
            String undone = edits.isEmpty() ? "" : fault(part, text, together);
            told.accept(new Stage(part.name, now.text(), edits, undone));
            if (!edits.isEmpty() && undone.isEmpty()) {
                // Annotated spans are projected by themselves; what the text guards stays guarded as far as it is
                // untouched.
                String made = Edit.apply(now.text(), edits);
                List<Span> guarded =
                        new ArrayList<>(Edit.untouched(now.editingSpans().protectedSpans(), edits));
                guarded.addAll(newWords(made, edits, known));
                now = now.with(made, Edit.project(now.document().spans(), edits), guarded);
                all = together;
            }
        }
        return new Proposal(all, null, dropped);
    }

    /** Why a step does not pass its gate; empty where it does. */
    private static String fault(Part part, AnalyzedText text, List<Edit> edits) {
        if (part.gate.isEmpty() || edits.isEmpty()) {
            return "";
        }
        Augmented made = Augmented.of(text.document(), part.name, 0, 0, edits);
        for (Filter filter : part.gate) {
            if (filter.judge(filter.score(made)) instanceof Verdict.Drop drop) {
                return drop.reason();
            }
        }
        return "";
    }

    /** The words in what edits put there that are not known, with the letters around. */
    private static List<Span> newWords(String made, List<Edit> edits, Set<String> known) {
        List<Span> words = new ArrayList<>();
        int growth = 0;
        int free = 0;
        for (Edit edit : edits) {
            int at = Math.max(free, edit.start() + growth);
            int end = edit.start() + growth + edit.replacement().length();
            growth += edit.replacement().length() - (edit.end() - edit.start());
            while (at > free && isWordChar(made.charAt(at - 1))) {
                at--;
            }
            while (at < made.length() && (at < end || isWordChar(made.charAt(at)))) {
                int start = at;
                while (at < made.length() && isWordChar(made.charAt(at))) {
                    at++;
                }
                if (at > start && !known.contains(made.substring(start, at).toLowerCase(Locale.ROOT))) {
                    words.add(new Span(start, at, "made"));
                }
                at += at == start ? 1 : 0;
            }
            free = Math.min(at, made.length());
        }
        return words;
    }

    private static boolean isWordChar(char c) {
        return c == '\''
                || c == '’'
                || c == '-'
                || Character.isLetterOrDigit(c)
                || Character.isSurrogate(c)
                || Character.getType(c) == Character.NON_SPACING_MARK
                || Character.getType(c) == Character.COMBINING_SPACING_MARK;
    }

    @Override
    public boolean editsSpans() {
        return parts.stream().anyMatch(part -> part.augmenter.editsSpans());
    }
}
