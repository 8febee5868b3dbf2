// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import dev.graft.checkpoint.ModelFolder;
import dev.graft.corpus.InputException;
import dev.graft.jobs.Storages;
import dev.graft.tokenize.Tokenizer;
import dev.graft.train.Example;
import dev.graft.train.data.Lengths;
import java.util.List;
import java.util.Locale;

/**
 * How many texts are longer than the model looks at: what stands behind the cut is not learnt from.
 *
 * @param rows texts in all
 * @param cut those of more tokens than {@code max-length}, the special ones included
 * @param longest tokens of the longest text
 */
record Truncation(int rows, int cut, int longest) {
    static Truncation of(List<Example> rows, Tokenizer whole, int maxLength) {
        int[] lengths = Lengths.of(rows)
                .orElseGet(() -> rows.stream()
                        .mapToInt(row -> whole.ids(row.text()).length)
                        .toArray());
        int cut = 0;
        int longest = 0;
        for (int length : lengths) {
            cut += length > maxLength ? 1 : 0;
            longest = Math.max(longest, length);
        }
        return new Truncation(rows.size(), cut, longest);
    }

    /**
     * A line on the training and the test rows.
     *
     * @throws InputException if {@code max-length} is beyond what the base model reads
     */
    static String of(TrainPlan plan, Corpus corpus) {
        ModelFolder base = Storages.files(plan.recipe().model());
        int maxLength = plan.train().maxLength();
        int most = base.config().path("max_position_embeddings").asInt(Integer.MAX_VALUE);
        if (maxLength > most) {
            throw new InputException("max-length is " + maxLength + "; allowed with "
                    + plan.recipe().model() + " is from 3 to " + most);
        }
        try (Tokenizer whole = Tokenizer.whole(base.tokenizer())) {
            return of(corpus.augmented(), whole, maxLength) + " of the training texts and "
                    + of(corpus.test(), whole, maxLength) + " of the test texts are cut at max-length = " + maxLength
                    + " tokens";
        }
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%.1f %% (%,d of %,d, the longest of %,d tokens)", 100.0 * cut / rows, cut, rows, longest);
    }
}
