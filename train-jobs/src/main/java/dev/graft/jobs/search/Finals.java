// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.search;

import dev.graft.adapt.Lora;
import dev.graft.adapt.Method;
import dev.graft.adapt.Methods;
import dev.graft.adapt.Targets;
import dev.graft.cluster.GpuStage;
import dev.graft.cluster.Piece;
import dev.graft.config.Settings;
import dev.graft.corpus.Document;
import dev.graft.jobs.search.Halving.Asked;
import dev.graft.jobs.train.Attempt;
import dev.graft.train.Example;
import dev.graft.train.TrainSettings;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The best policies of the probe, decided among by what they are for: the model is tuned with the copies of each, and with none, all
 * for the same number of steps, and judged on the validation part.
 *
 * @param policies how many go on, default 3; 0 leaves the choice to the probe
 * @param seeds trainings of each, each with copies of its own, default 3
 * @param train how the model is tuned, as in the section {@code train}
 * @param method default LoRA of rank 8 on query and value
 */
record Finals(int policies, int seeds, TrainSettings train, Method method) implements Serializable {
    private static final Lora LORA = new Lora(8, 16, 0.1, new Targets.Named(List.of("query", "value")));

    /** Of the section {@code finals}. */
    static Finals read(Settings finals) {
        return new Finals(
                finals.integer("policies", 3, 0, 100),
                finals.integer("seeds", 3, 1, 100),
                TrainSettings.read(finals),
                finals.has("method") ? Methods.read(finals.section("method")) : LORA);
    }

    /** The finalists, the probe's best first, behind no copies. */
    List<Policy> of(Leaderboard board) {
        List<Policy> finalists = new ArrayList<>(List.of(Policy.NO_COPIES));
        board.entries().stream()
                .map(Leaderboard.Entry::policy)
                .filter(Policy::makesCopies)
                .limit(policies)
                .forEach(finalists::add);
        return finalists;
    }

    /**
     * @param done trials that need not be run again
     * @param kept told of each trial as it ends
     */
    Leaderboard run(
            List<Policy> finalists,
            Trials trials,
            GpuStage stage,
            String model,
            Function<Asked, Optional<Trial>> done,
            BiConsumer<Asked, Trial> kept) {
        Map<Asked, List<Example>> rows = new HashMap<>();
        List<Asked> all = new ArrayList<>();
        int most = 1;
        for (int seed = 0; seed < seeds; seed++) {
            for (Policy policy : finalists) {
                Asked asked = new Asked(policy, seed);
                all.add(asked);
                List<Example> learnt = trials.rows(asked);
                rows.put(asked, learnt);
                most = Math.max(most, learnt.size());
            }
        }
        int steps = train.steps(most);
        Map<String, List<Trial>> byPolicy = new HashMap<>();
        List<Piece<Attempt>> pieces = new ArrayList<>();
        List<Asked> missing = new ArrayList<>();
        for (Asked asked : all) {
            if (done.apply(asked).isEmpty()) {
                missing.add(asked);
                pieces.add(new Piece<>(
                        asked.policy().name() + ", seed " + asked.seed(),
                        new Attempt(
                                model,
                                train,
                                method,
                                trials.labels(),
                                Objects.requireNonNull(rows.get(asked)),
                                trials.validation().stream().map(Document::text).toList(),
                                steps,
                                asked.seed())));
            }
        }
        List<int[]> told = stage.run("finals", pieces, Attempt::run);
        Map<Asked, Trial> fresh = new HashMap<>();
        for (int i = 0; i < told.size(); i++) {
            Asked asked = missing.get(i);
            int copies = pieces.get(i).item().rows().size() - trials.originals();
            Trial trial = new Trial(asked.policy().fingerprint(), asked.seed(), copies, 0, trials.right(told.get(i)));
            kept.accept(asked, trial);
            fresh.put(asked, trial);
        }
        for (Asked asked : all) {
            byPolicy.computeIfAbsent(asked.policy().fingerprint(), any -> new ArrayList<>())
                    .add(done.apply(asked).orElseGet(() -> Objects.requireNonNull(fresh.get(asked))));
        }
        return Leaderboard.of(finalists, byPolicy);
    }
}
