// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.corpus.Conversation;
import dev.graft.corpus.InputException;
import dev.graft.tokenize.Tokenizer;
import java.util.Arrays;
import java.util.List;

/**
 * Texts with what their head's logits should be.
 *
 * @param tokenizer that cuts nothing off
 * @param text column of the text
 * @param label column of what is learnt
 * @param labels names of the logits; empty of a regression
 * @param most tokens that a text is cut to; what ends it stays
 */
public record TargetRows(Tokenizer tokenizer, String text, LabelColumn label, List<String> labels, int most)
        implements RowReader<TextTargets> {
    @Override
    public List<TextTargets> read(JsonNode row, String place, Cuts cuts) {
        String given = Conversation.text(row, text, "");
        if (given.isBlank()) {
            throw new InputException(text + " is empty: nothing is learnt of the row");
        }
        float[] expected = labels.isEmpty() ? new float[] {label.number(row)} : several(row);
        long[] ids = tokenizer.ids(given);
        long[] kept = Arrays.copyOf(ids, Math.min(ids.length, most));
        kept[kept.length - 1] = ids[ids.length - 1];
        cuts.count(ids.length, kept.length);
        return List.of(new TextTargets(place, kept, expected));
    }

    private float[] several(JsonNode row) {
        float[] expected = new float[labels.size()];
        for (String each : label.labels(row)) {
            int index = labels.indexOf(each);
            if (index < 0) {
                throw new InputException(
                        label.name() + " has \"" + each + "\", which no training row has; allowed are " + labels);
            }
            expected[index] = 1;
        }
        return expected;
    }
}
