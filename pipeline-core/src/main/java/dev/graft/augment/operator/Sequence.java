// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.config.Settings;
import dev.graft.corpus.Span;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Vocabulary;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * One operator after the other, each on what the one before it made. Slips do not pile up: a word that one of them made, and
 * that the source does not have, is left alone by those behind it.
 *
 * @param steps {@code steps}, one at least
 */
record Sequence(List<Augmenter> steps) implements Augmenter {
    Sequence {
        steps = List.copyOf(steps);
    }

    static Step.Parts read(Settings section) {
        List<Settings> given = section.sections("steps");
        List<Step> steps = Step.present(given, Step::part);
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
                        .map(step -> step.factory().make(resources))
                        .toList()));
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        List<Edit> all = List.of();
        AnalyzedText now = text;
        Set<String> known = steps.size() < 2 ? Set.of() : new HashSet<>(Vocabulary.words(text));
        for (Augmenter step : steps) {
            List<Edit> edits = step.edits(step.editsSpans() ? now : now.closingSpans(), random);
            if (!edits.isEmpty()) {
                // Annotated spans are projected by themselves; what the text guards stays guarded as far as it is
                // untouched.
                String made = Edit.apply(now.text(), edits);
                List<Span> guarded =
                        new ArrayList<>(Edit.untouched(now.editingSpans().protectedSpans(), edits));
                guarded.addAll(newWords(made, edits, known));
                now = now.with(made, Edit.project(now.document().spans(), edits), guarded);
                all = Edit.compose(all, edits);
            }
        }
        return all;
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
        return steps.stream().anyMatch(Augmenter::editsSpans);
    }
}
