// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.task.SentenceEncoder.Pair;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * The first answer that agrees by each word, or else the first that does as a whole.
 *
 * @param faithful whether an answer keeps what its sentence says, as far as its words tell
 */
record WholeChoice(Agreeing agreeing, BiPredicate<String, String> faithful) implements Choice {
    @Override
    public List<Optional<String>> of(List<Answered> sentences) {
        List<List<Pair>> pairs = new ArrayList<>();
        for (Answered each : sentences) {
            String source = each.rewriting().source();
            pairs.add(each.answers().stream()
                    .flatMap(answer -> each.rewriting().answered(answer, agreeing.encoder()::knows).stream())
                    .filter(back -> faithful.test(source, back))
                    .map(back -> new Pair(source, back))
                    .toList());
        }
        Map<Pair, Accord> accords =
                agreeing.accords(pairs.stream().flatMap(List::stream).toList());
        return pairs.stream()
                .map(own -> own.stream()
                        .filter(accords::containsKey)
                        .min(Comparator.comparing(accords::get))
                        .map(Pair::other))
                .toList();
    }
}
