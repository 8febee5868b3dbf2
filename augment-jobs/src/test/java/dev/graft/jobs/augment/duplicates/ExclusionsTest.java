// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.duplicates;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

public final class ExclusionsTest {
    @Test
    public void aRankHasTheReasonThatItWasGivenAndNoOtherRankHasOne() throws IOException, ClassNotFoundException {
        for (int seed = 0; seed < 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Map<Long, String> expected = new HashMap<>();
            for (int i = random.nextInt(2000); i > 0; i--) {
                expected.put(random.nextLong(0, 1L << 62), random.nextBoolean() ? "duplicate" : "contaminated");
            }
            Map<String, long[]> ranks = new HashMap<>();
            for (String reason : new String[] {"duplicate", "contaminated"}) {
                ranks.put(
                        reason,
                        expected.keySet().stream()
                                .filter(rank -> reason.equals(expected.get(rank)))
                                .mapToLong(rank -> rank)
                                .sorted()
                                .toArray());
            }
            Exclusions losers = sent(Exclusions.of(ranks));

            expected.forEach((rank, reason) -> assertThat(losers.reason(rank)).isEqualTo(reason));
            for (int i = 0; i < 2000; i++) {
                long rank = random.nextLong(0, 1L << 62);
                assertThat(losers.reason(rank)).isEqualTo(expected.get(rank));
            }
        }
    }

    private static Exclusions sent(Exclusions losers) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(losers);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (Exclusions) in.readObject();
        }
    }
}
