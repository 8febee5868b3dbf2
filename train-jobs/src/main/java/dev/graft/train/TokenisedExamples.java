// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import dev.graft.tokenize.Tokenizer;
import dev.graft.train.data.Labelled;
import dev.graft.train.data.Lengths;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * Examples in tokens, each made as a step asks for it: a step's rows take a thousandth of the step, and a corpus in tokens would take
 * more memory than the model. Not for several threads.
 */
final class TokenisedExamples extends AbstractList<Labelled> implements RandomAccess, Lengths {
    private final List<Example> examples;
    private final Tokenizer tokenizer;
    private final int maxLength;
    private int @Nullable [] lengths;

    /**
     * @param tokenizer lives as long as the rows are asked for
     * @param maxLength tokens that it cuts a text to
     */
    TokenisedExamples(List<Example> examples, Tokenizer tokenizer, int maxLength) {
        this.examples = examples;
        this.tokenizer = tokenizer;
        this.maxLength = maxLength;
    }

    @Override
    public Labelled get(int index) {
        Example example = examples.get(index);
        return new Labelled("example " + index, tokenizer.ids(example.text()), example.label());
    }

    @Override
    public int size() {
        return examples.size();
    }

    @Override
    public Optional<int[]> lengths() {
        int[] known = lengths;
        if (known == null) {
            known = Lengths.of(examples)
                    .map(whole -> Arrays.stream(whole)
                            .map(tokens -> Math.min(tokens, maxLength))
                            .toArray())
                    .orElseGet(() -> examples.stream()
                            .mapToInt(example -> tokenizer.ids(example.text()).length)
                            .toArray());
            lengths = known;
        }
        return Optional.of(known.clone());
    }
}
