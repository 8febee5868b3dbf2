// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** From a row of a corpus to what is learnt of it. */
@FunctionalInterface
public interface RowReader<R extends Row> {
    /**
     * @param place of the row, file:line
     * @param cuts is told what was cut off
     * @return one row, or several where a text is longer than the model reads
     * @throws dev.graft.corpus.InputException if it can't be learnt from
     */
    List<R> read(JsonNode row, String place, Cuts cuts);
}
