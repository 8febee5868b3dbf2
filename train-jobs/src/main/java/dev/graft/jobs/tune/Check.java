// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import dev.graft.tokenize.Tokenizer;
import dev.graft.train.data.ChatFormat;
import dev.graft.train.data.Cuts;
import dev.graft.train.data.LabelledTokens;
import dev.graft.train.data.Pair;
import dev.graft.train.data.Row;
import dev.graft.train.data.TextTargets;
import dev.graft.train.data.Words;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Help.Ansi;

/** What can be told of a training before it starts: rows, what carries loss, what is trained, memory, one step's gradients. */
public final class Check {
    private static final int SHOWN = 2;
    private static final int ASKED = 20;

    private Check() {}

    /**
     * Tells it, and takes no step.
     *
     * @return what is wrong, so that a training would teach nothing or not end; empty where nothing is
     */
    public static List<String> run(TuneSettings settings, PrintWriter out) {
        try (Tuning<?> tuning = Tuning.open(settings)) {
            return tell(tuning, out);
        }
    }

    private static <R extends Row> List<String> tell(Tuning<R> tuning, PrintWriter out) {
        List<String> problems = new ArrayList<>();
        out.println("rows: " + rows(tuning));
        tuning.rows().refused().forEach(each -> out.println("  refused: " + each.place() + ": " + each.reason()));
        out.println("loss falls on the marked tokens:");
        tuning.rows().train().stream().limit(SHOWN).forEach(row -> out.println(marked(row, tuning.tokenizer())));
        prompt(tuning).ifPresent(said -> out.println("WARNING: " + said));
        new StepCheck<>(
                        tuning.model(),
                        tuning.objective(),
                        tuning.rows().train(),
                        tuning.settings().loop(),
                        tuning.settings().maxLength())
                .tell(out, problems);
        return problems;
    }

    /** A line on the rows: how many, how long, how much is cut off and refused. */
    static <R extends Row> String rows(Tuning<R> tuning) {
        TuneRows<R> rows = tuning.rows();
        Cuts cuts = rows.cuts();
        return String.format(
                Locale.ROOT,
                "%,d to learn from and %,d held out; %,d tokens, of which %,d carry loss; %.1f %% of the rows are cut at"
                        + " max-length = %d, and %.1f %% of the tokens that carry loss with them; %,d rows refused; %,d steps",
                rows.train().size(),
                rows.validation().size(),
                rows.train().stream().mapToLong(Row::tokens).sum(),
                cuts.targets() - cuts.lost(),
                100.0 * cuts.cut() / Math.max(1, cuts.rows()),
                tuning.settings().maxLength(),
                100.0 * cuts.lost() / Math.max(1, cuts.targets()),
                rows.refused().size(),
                tuning.steps());
    }

    /** What is wrong with how the template asks: its tokens are those that stood before an answer as it was learnt. */
    private static Optional<String> prompt(Tuning<?> tuning) {
        List<LabelledTokens> rows = new ArrayList<>();
        for (Row row : tuning.rows()
                .train()
                .subList(0, Math.min(ASKED, tuning.rows().train().size()))) {
            if (row instanceof Pair pair) {
                rows.add(pair.chosen());
            } else if (row instanceof LabelledTokens tokens
                    && tuning.settings().teaching().kind() == ObjectiveKind.SFT) {
                rows.add(tokens);
            }
        }
        return rows.isEmpty()
                ? Optional.empty()
                : ChatFormat.of(tuning.model().files(), tuning.tokenizer()).otherPrompt(rows);
    }

    private static String marked(Row row, Tokenizer tokenizer) {
        if (row instanceof Pair pair) {
            return "chosen: " + marked(pair.chosen(), tokenizer) + "\nrejected: " + marked(pair.rejected(), tokenizer);
        }
        if (row instanceof Words words) {
            return words.id() + ": " + tokenizer.whole(words.ids());
        }
        if (row instanceof TextTargets text) {
            return text.id() + ": " + tokenizer.whole(text.ids()) + " -> " + Arrays.toString(text.expected());
        }
        return row instanceof LabelledTokens tokens ? marked(tokens, tokenizer) : row.id();
    }

    /** The text of a row, where what carries loss is green, or between brackets where there are no colours. */
    static String marked(LabelledTokens row, Tokenizer tokenizer) {
        StringBuilder text = new StringBuilder(row.id()).append(": ");
        for (int from = 0; from < row.tokens(); ) {
            boolean learnt = row.labels()[from] != LabelledTokens.NONE;
            int to = from;
            while (to < row.tokens() && (row.labels()[to] != LabelledTokens.NONE) == learnt) {
                to++;
            }
            String part = tokenizer.whole(Arrays.copyOfRange(row.ids(), from, to));
            text.append(learnt ? Ansi.AUTO.enabled() ? "\u001b[32m" + part + "\u001b[0m" : "⟦" + part + "⟧" : part);
            from = to;
        }
        return text.toString();
    }
}
