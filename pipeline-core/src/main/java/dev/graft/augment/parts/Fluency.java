// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import dev.graft.augment.Edit;
import dev.graft.augment.Resources;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.config.Settings;
import dev.graft.corpus.Span;
import dev.graft.filter.Scores;
import dev.graft.model.Architectures;
import dev.graft.task.CausalLm;
import dev.graft.task.MaskedLm.Blank;
import dev.graft.task.PseudoLikelihood;
import dev.graft.task.PseudoLikelihood.Placed;
import dev.graft.text.AnalyzedText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Asks a language model whether a sentence is as likely with an edit as without: a causal one how likely the sentence is, a masked
 * one how likely the words that change are, given the others ({@link PseudoLikelihood}).
 *
 * @param maxFall what the log-likelihood may lose, in nats, 0 or more
 */
public record Fluency(Judge judge, double maxFall) {
    /** What each change adds to the log-likelihood, in nats; the last digits may depend on the others. */
    public interface Judge {
        double[] gains(List<Change> changes);
    }

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
        section.check("model", folder, Fluency::require);
        return Optional.of(resources -> new Fluency(
                isCausal(folder) ? causal(resources.causalLm(folder)) : masked(resources.pseudoLikelihood(folder)),
                maxFall));
    }

    private static void require(Path folder) {
        if (isCausal(folder)) {
            CausalLm.require(folder);
        } else {
            PseudoLikelihood.require(folder);
        }
    }

    /** By the family: that of a decoder has no masked language model, and that of an encoder no causal one. */
    private static boolean isCausal(Path folder) {
        ModelFolder files = ModelFolder.read(folder);
        String type = files.config().path("model_type").asText();
        if (!Architectures.modelTypes().contains(type)) {
            throw new CheckpointException(files.configFile() + ": model_type is "
                    + files.config().path("model_type")
                    + "; allowed for a causal or a masked language model are "
                    + String.join(", ", Architectures.modelTypes()));
        }
        return Architectures.isDecoder(type);
    }

    /** By the log-likelihood of the sentence after what stands before it. */
    static Judge causal(CausalLm model) {
        return changes -> differences(
                model.likelihoods(sides(changes).map(side -> "\n" + side.text()).toList()));
    }

    /** By the pseudo-log-likelihood of the words that change, within the same text. */
    static Judge masked(PseudoLikelihood model) {
        return changes -> differences(model.likelihoods(sides(changes).toList()));
    }

    private static Stream<Placed> sides(List<Change> changes) {
        return changes.stream().flatMap(each -> Stream.of(each.before(), each.after()));
    }

    /** Of every second from the one before it. */
    private static double[] differences(double[] pairs) {
        return IntStream.range(0, pairs.length / 2)
                .mapToDouble(i -> pairs[2 * i + 1] - pairs[2 * i])
                .toArray();
    }

    /**
     * Edits that belong together, within one sentence.
     *
     * @param edits one or more, in order
     */
    public record Change(AnalyzedText text, List<Edit> edits) {
        Placed before() {
            return placed(edit -> text.text().substring(edit.start(), edit.end()));
        }

        Placed after() {
            return placed(Edit::replacement);
        }

        private Placed placed(Function<Edit, String> words) {
            Span around = around();
            StringBuilder all = new StringBuilder();
            List<Blank> blanks = new ArrayList<>();
            int at = around.start();
            for (Edit edit : edits) {
                all.append(text.text(), at, edit.start());
                int start = all.length();
                blanks.add(new Blank(start, all.append(words.apply(edit)).length()));
                at = edit.end();
            }
            return new Placed(all.append(text.text(), at, around.end()).toString(), blanks);
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

    /** What each change adds to the log-likelihood, in nats, whatever the others; most are below 0. */
    public double[] gains(List<Change> changes) {
        double[] gains = judge.gains(changes);
        return IntStream.range(0, gains.length)
                .mapToDouble(i -> Scores.rounded(gains[i], () -> judge.gains(changes.subList(i, i + 1))[0]))
                .toArray();
    }

    public boolean admits(double gain) {
        return gain >= -maxFall;
    }
}
