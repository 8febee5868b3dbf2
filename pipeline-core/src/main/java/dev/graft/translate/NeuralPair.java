// SPDX-License-Identifier: Apache-2.0
package dev.graft.translate;

import dev.graft.generate.Generator;
import dev.graft.generate.Hypothesis;
import dev.graft.generate.Limits;
import dev.graft.generate.Request;
import dev.graft.generate.Search;
import dev.graft.translate.Translator.Draft;
import dev.graft.translate.Translator.Translation;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A model and its tokens.
 *
 * @param longest source that can be read, in tokens; a longer one has no translation, which counts as cut
 * @param allowed the target tokens that a translation of a source may hold
 * @param most tokens of a translation of a source
 * @param never target tokens that are never written
 * @param last the token that a translation is made to end with at its greatest length
 */
record NeuralPair(
        PairTokens tokens,
        Generator generator,
        int longest,
        Function<int[], BitSet> allowed,
        Function<int[], Integer> most,
        BitSet never,
        OptionalInt last) {
    List<Translation> translations(List<Draft> drafts, Manner manner) {
        List<PairTokens.Source> sources =
                drafts.stream().map(draft -> tokens.source(draft.sentence())).toList();
        int[] read = IntStream.range(0, drafts.size())
                .filter(i -> sources.get(i).tokens().length <= longest)
                .toArray();
        // What only chooses among the answers of one search has it made once.
        Map<Asked, Request> requests = new LinkedHashMap<>();
        for (int i : read) {
            requests.computeIfAbsent(
                    Asked.of(drafts.get(i), manner),
                    asked -> request(sources.get(i).tokens(), manner, asked.search));
        }
        List<List<Hypothesis>> found = generator.answers(List.copyOf(requests.values()));
        Map<Asked, List<Hypothesis>> answers = new HashMap<>();
        for (Asked each : requests.keySet()) {
            answers.put(each, found.get(answers.size()));
        }
        List<Translation> translations =
                new ArrayList<>(Collections.nCopies(drafts.size(), new Translation("", true, false)));
        for (int i : read) {
            long seed = drafts.get(i).seed();
            Hypothesis chosen =
                    Manner.chosen(Objects.requireNonNull(answers.get(Asked.of(drafts.get(i), manner))), seed);
            PairTokens.Target target = tokens.target(chosen.tokens());
            String text =
                    manner.noise().map(noise -> noise.of(target.text(), seed)).orElse(target.text());
            boolean unknown = sources.get(i).unknown() || target.unknown();
            translations.set(i, new Translation(text, chosen.truncated(), unknown));
        }
        return translations;
    }

    private record Asked(String sentence, Search search) {
        static Asked of(Draft draft, Manner manner) {
            return new Asked(draft.sentence(), manner.search(draft.seed()));
        }
    }

    private Request request(int[] source, Manner manner, Search search) {
        Limits limits = new Limits(0, most.apply(source), manner.noRepeat(), never, tokens.first(), last);
        return new Request(source, allowed.apply(source), limits, search);
    }
}
