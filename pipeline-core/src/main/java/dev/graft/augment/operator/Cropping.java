// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.corpus.Span;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Keeps a random stretch of the text and drops what stands before and after it. All protected spans lie within the
 * stretch, so a text that is protected at both of its ends is left alone.
 *
 * @param keep share of the words to keep, from 0 to 1; 1 changes nothing
 */
record Cropping(double keep) implements Augmenter {
    Cropping {
        WordEdits.share("cropping", "keep", keep);
    }

    static Step.Factory read(Settings section) {
        double keep = section.number("keep", 0.7, 0, 1);
        return resources -> new Cropping(keep);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        List<Token> words = text.words();
        int kept = Math.max(1, (int) Math.ceil(keep * words.size()));
        if (kept >= words.size()) {
            return List.of();
        }
        int first = random.nextInt(words.size() - kept + 1);
        int from = words.get(first).start();
        int to = words.get(first + kept - 1).end();
        List<Span> guarded = text.protectedSpans();
        if (!guarded.isEmpty()) {
            from = Math.min(from, guarded.get(0).start());
            to = Math.max(to, guarded.get(guarded.size() - 1).end());
        }
        List<Edit> edits = new ArrayList<>();
        int start = wordStart(text.text(), from);
        if (words.get(0).start() < start) {
            edits.add(new Edit(0, start, ""));
        }
        int end = wordEnd(text.text(), to);
        if (words.get(words.size() - 1).end() > end) {
            edits.add(new Edit(end, text.text().length(), ""));
        }
        return edits;
    }

    /** Back to what is glued to the front of a word: a quote, a bracket. */
    private static int wordStart(String text, int at) {
        int start = at;
        while (start > 0 && !Character.isWhitespace(text.charAt(start - 1))) {
            start--;
        }
        return start;
    }

    private static int wordEnd(String text, int at) {
        int end = at;
        while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        return end;
    }
}
