// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.evidence;

import dev.graft.corpus.InputException;
import dev.graft.random.Draw;
import dev.graft.random.Seeds;
import dev.graft.train.Example;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.random.RandomGenerator;

/**
 * Classes that a start may learn from, and tasks of the others.
 *
 * @param seen rows of the first; {@link Example#label} as in the corpus
 * @param episodes tasks, whose classes are numbered from 0
 */
record UnseenTasks(List<Example> seen, List<Episode> episodes) {
    /** Rows that are learnt, and rows that are asked. */
    record Episode(List<Example> support, List<Example> query) {}

    /** Equal seeds give every arm the same classes and tasks. */
    static UnseenTasks of(EvidenceRows rows, EvidencePlan.EpisodePlan how, long seed) {
        RandomGenerator random = Seeds.random(Seeds.ofPurpose(seed, "classes", 0));
        SortedMap<Integer, List<Example>> classes = EvidenceRows.byLabel(rows.train());
        classes.values().removeIf(each -> each.size() < how.shots() + how.queries());
        List<Integer> shuffled = Draw.shuffled(List.copyOf(classes.keySet()), random);
        int unseen = (int) Math.max(how.ways(), Math.round(how.unseen() * shuffled.size()));
        if (shuffled.size() < unseen + 2) {
            throw new InputException("episodes of " + how.ways() + " ways leave " + (shuffled.size() - unseen)
                    + " of " + shuffled.size() + " classes with " + (how.shots() + how.queries())
                    + " rows or more to be learnt before; allowed are 2 or more");
        }
        List<Integer> tested = shuffled.subList(0, unseen);
        List<Example> seen = new ArrayList<>();
        shuffled.subList(unseen, shuffled.size())
                .forEach(label -> seen.addAll(Objects.requireNonNull(classes.get(label))));
        List<Episode> episodes = new ArrayList<>();
        for (int task = 0; task < how.tasks(); task++) {
            Episode episode = new Episode(new ArrayList<>(), new ArrayList<>());
            List<Integer> drawn = Draw.some(tested, how.ways(), random);
            for (int way = 0; way < drawn.size(); way++) {
                List<Example> some = Draw.some(
                        Objects.requireNonNull(classes.get(drawn.get(way))), how.shots() + how.queries(), random);
                for (int i = 0; i < some.size(); i++) {
                    (i < how.shots() ? episode.support : episode.query)
                            .add(new Example(some.get(i).text(), way));
                }
            }
            episodes.add(episode);
        }
        return new UnseenTasks(seen, episodes);
    }
}
