// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.evidence;

import dev.graft.cluster.DeviceChoice;
import dev.graft.config.Settings;
import dev.graft.run.Recipe;
import dev.graft.train.TrainSettings;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code evidence} reads of a configuration.
 *
 * @param claim a sentence that the table tests
 * @param model the base model of all arms
 * @param perClass labelled rows of each class that a seed draws; 0, the default, where {@code rows} says how many in all
 * @param rows labelled rows in all, class by class as the corpus has them; default 100
 * @param validation other rows that a seed draws, for what chooses by them; default 0
 * @param unlabelled most of the other rows that are taken without their label; default 2000
 * @param testRows most test rows, by the hash of their text; 0, the default, for all
 * @param steps of the optimiser that each arm takes to learn the labelled rows; default 100
 * @param typos share of the words of the second, noisy test part that get a typo; default 0.1
 * @param train how it is learnt
 * @param episodes where classes are learnt of a few rows each that nothing saw before; null for the corpus's own classes
 * @param baseline the arm that the others are held against; default the first
 * @param values all that was read, for the fingerprint
 */
record EvidencePlan(
        String name,
        String out,
        String claim,
        String model,
        Corpus corpus,
        int perClass,
        int rows,
        int validation,
        int unlabelled,
        int testRows,
        List<Long> seeds,
        int steps,
        double typos,
        TrainSettings train,
        @Nullable EpisodePlan episodes,
        List<EvidenceArm> arms,
        String baseline,
        DeviceChoice device,
        SortedMap<String, String> values)
        implements Serializable {
    private static final List<Long> SEEDS = List.of(1L, 2L, 3L, 4L, 5L);
    private static final int MOST = 1_000_000;

    /**
     * Rows as a JSON object a line.
     *
     * @param name in the table
     */
    record Corpus(String name, String train, String test, String text, String label) implements Serializable {}

    /**
     * Tasks of classes that no arm saw before.
     *
     * @param ways classes of a task, default 5
     * @param shots labelled rows of each, default 5
     * @param queries test rows of each, default 10
     * @param unseen share of the classes that tasks are drawn from, default 0.3
     * @param tasks of each seed, default 10
     */
    record EpisodePlan(int ways, int shots, int queries, double unseen, int tasks) implements Serializable {
        static EpisodePlan read(Settings section) {
            return new EpisodePlan(
                    section.integer("ways", 5, 2, 1000),
                    section.integer("shots", 5, 1, 1000),
                    section.integer("queries", 10, 1, 1000),
                    section.number("unseen", 0.3, 0.01, 0.99),
                    section.integer("tasks", 10, 1, 1000));
        }
    }

    static EvidencePlan read(Settings root) {
        String name = Recipe.name(root);
        root.has("define");
        Settings corpus = root.section("corpus");
        Path train = corpus.file("train");
        Path test = corpus.file("test");
        List<EvidenceArm> arms = new ArrayList<>();
        root.sections("arms").forEach(arm -> arms.add(EvidenceArm.read(arm)));
        List<String> names = arms.stream().map(EvidenceArm::name).toList();
        if (arms.size() < 2 || names.stream().distinct().count() < names.size()) {
            root.problem("arms", "two sections or more, each with another name", "");
        }
        boolean episodes = root.has("episodes");
        if (!episodes && arms.stream().anyMatch(arm -> arm.meta() != null)) {
            root.problem("arms", "an arm with meta only where episodes say which classes it never sees", "");
        }
        String baseline = root.string("baseline", names.isEmpty() ? "" : names.get(0));
        if (!names.contains(baseline)) {
            root.problem("baseline", "the name of an arm: " + String.join(", ", names), "");
        }
        List<Long> seeds = root.seeds("seeds", SEEDS);
        if (seeds.isEmpty() || seeds.stream().distinct().count() < seeds.size()) {
            root.problem("seeds", "one whole number or more, each once", "");
        }
        int perClass = root.integer("per-class", 0, 0, MOST);
        return new EvidencePlan(
                name,
                Recipe.out(root, "evidence/" + name),
                root.string("claim"),
                model(root),
                new Corpus(
                        corpus.string("name", name),
                        train.toString(),
                        test.toString(),
                        corpus.string("text", "text"),
                        corpus.string("label", "label")),
                perClass,
                root.integer("rows", 100, 2, MOST),
                root.integer("validation", 0, 0, MOST),
                root.integer("unlabelled", 2000, 0, MOST),
                root.integer("test-rows", 0, 0, MOST),
                seeds,
                root.integer("steps", 100, 1, MOST),
                root.number("typos", 0.1, 0, 1),
                TrainSettings.read(root.section("train")),
                episodes ? EpisodePlan.read(root.section("episodes")) : null,
                arms,
                baseline,
                root.choice("device", DeviceChoice.class, DeviceChoice.AUTO),
                root.values());
    }

    private static String model(Settings root) {
        return root.has("model") ? root.model("model").toString() : "minilm";
    }

    /** All that the results of an arm depend on but itself and the seed. */
    String common() {
        return String.join(
                "; ",
                model,
                corpus.text(),
                corpus.label(),
                perClass + " " + rows + " " + validation + " " + unlabelled + " " + testRows + " " + steps + " "
                        + typos,
                train.toString(),
                String.valueOf(episodes));
    }
}
