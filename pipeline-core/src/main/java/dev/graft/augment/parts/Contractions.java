// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import dev.graft.augment.Edit;
import dev.graft.corpus.Span;
import dev.graft.text.AnalyzedText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rewrites places of a text by patterns; of protected spans, only negation and modal words may be touched. */
public final class Contractions {
    public static final Set<String> TOUCHED = Set.of("negation", "modal");

    private final AnalyzedText text;
    private final double rate;
    private final RandomGenerator random;
    private final List<Edit> edits = new ArrayList<>();
    /** Where edits are, from start to end. */
    private final TreeMap<Integer, Integer> taken = new TreeMap<>();

    public Contractions(AnalyzedText text, double rate, RandomGenerator random) {
        this.text = text;
        this.rate = rate;
        this.random = random;
    }

    /** The rewriting need not mind large letters: what it answers is put into the case of what was found. */
    public Contractions edit(Pattern pattern, Function<Matcher, String> rewrite) {
        for (Matcher found = pattern.matcher(text.text()); found.find(); ) {
            if (random.nextDouble() < rate && isFree(found.start(), found.end())) {
                String rewritten = Casing.like(rewrite.apply(found), found.group());
                if (!rewritten.equals(found.group())) {
                    edits.add(new Edit(found.start(), found.end(), rewritten));
                    taken.put(found.start(), found.end());
                }
            }
        }
        return this;
    }

    private boolean isFree(int start, int end) {
        for (Span span : text.protectedWithin(start, end)) {
            if (!TOUCHED.contains(span.label())) {
                return false;
            }
        }
        int behind = taken.higherKey(start) == null ? Integer.MAX_VALUE : taken.higherKey(start);
        Map.Entry<Integer, Integer> before = taken.floorEntry(start);
        return behind >= end && (before == null || before.getValue() <= start);
    }

    public List<Edit> edits() {
        return WordEdits.inOrder(edits);
    }
}
