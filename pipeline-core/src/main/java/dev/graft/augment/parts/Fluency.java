// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import dev.graft.augment.Edit;
import dev.graft.augment.Resources;
import dev.graft.config.Settings;
import dev.graft.corpus.Span;
import dev.graft.filter.Scores;
import dev.graft.task.CausalLm;
import dev.graft.text.AnalyzedText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Asks a causal language model whether a sentence is as likely with an edit as without.
 *
 * @param maxFall what the log-likelihood of the sentence may lose, in nats, 0 or more
 */
public record Fluency(CausalLm model, double maxFall) {
    /** Chars before a sentence that the model reads too. */
    private static final int BEFORE = 200;

    public Fluency {
        if (!(maxFall >= 0)) {
            throw new IllegalArgumentException("max-fall is " + maxFall + "; allowed is 0 or more");
        }
    }

    /** Reads {@code model}, a folder, and {@code max-fall}; nothing where no model is named. */
    public static Optional<Function<Resources, Fluency>> read(Settings section) {
        double maxFall = section.number("max-fall", 1, 0, 100);
        if (!section.has("model")) {
            return Optional.empty();
        }
        Path folder = section.model("model");
        section.check("model", folder, CausalLm::require);
        return Optional.of(resources -> new Fluency(resources.causalLm(folder), maxFall));
    }

    /**
     * Edits that belong together, within one sentence.
     *
     * @param edits one or more, in order
     */
    public record Change(AnalyzedText text, List<Edit> edits) {
        String before() {
            Span around = around();
            return "\n" + text.text().substring(around.start(), around.end());
        }

        String after() {
            Span around = around();
            StringBuilder after = new StringBuilder("\n");
            int at = around.start();
            for (Edit edit : edits) {
                after.append(text.text(), at, edit.start()).append(edit.replacement());
                at = edit.end();
            }
            return after.append(text.text(), at, around.end()).toString();
        }

        /** The sentence, and some of what stands before it. */
        private Span around() {
            int start = edits.get(0).start();
            int end = edits.get(edits.size() - 1).end();
            for (Span sentence : text.sentences()) {
                if (sentence.start() < end && sentence.end() > start) {
                    start = Math.min(start, sentence.start());
                    end = Math.max(end, sentence.end());
                }
            }
            int from = Math.max(0, start - BEFORE);
            while (from > 0
                    && from < start
                    && !Character.isWhitespace(text.text().charAt(from - 1))) {
                from++;
            }
            return new Span(from, end, "");
        }
    }

    /** What each change adds to the log-likelihood, in nats; most are below 0. */
    public double[] gains(List<Change> changes) {
        List<String> texts = changes.stream()
                .flatMap(each -> Stream.of(each.before(), each.after()))
                .toList();
        double[] likelihoods = model.likelihoods(texts);
        List<Double> gains = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            List<String> pair = texts.subList(2 * i, 2 * i + 2);
            gains.add(Scores.rounded(likelihoods[2 * i + 1] - likelihoods[2 * i], () -> alone(pair)));
        }
        return gains.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private double alone(List<String> pair) {
        return model.likelihoods(pair.subList(1, 2))[0] - model.likelihoods(pair.subList(0, 1))[0];
    }

    public boolean admits(double gain) {
        return gain >= -maxFall;
    }
}
