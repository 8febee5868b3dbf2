// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.storage.Sha256;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * What may stand in {@code augment}: which operators, how strong, how many copies, one beside or after the other, and how near
 * to its source a copy has to stay.
 *
 * @param name in words
 * @param operators entries of {@code augment.operators}; none makes no copies
 * @param similarity {@code augment.filters.similarity.min}; -1 is no bound
 */
record Policy(String name, List<Map<String, Object>> operators, double similarity) {
    /** What every other policy is measured by. */
    static final Policy NO_COPIES = new Policy("no copies", List.of(), -1);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int DIGITS = 12;

    Policy {
        operators = List.copyOf(operators);
    }

    boolean makesCopies() {
        return !operators.isEmpty();
    }

    /** The list of operators as JSON, which is HOCON. */
    String json() {
        try {
            return JSON.writeValueAsString(operators);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of all that the copies depend on. */
    String fingerprint() {
        return Sha256.of(json() + similarity).substring(0, DIGITS);
    }
}
