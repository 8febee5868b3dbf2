// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.evidence;

import dev.graft.augment.Edit;
import dev.graft.augment.operator.KeyboardTypos;
import dev.graft.corpus.Document;
import dev.graft.corpus.InputException;
import dev.graft.corpus.Splitter;
import dev.graft.random.Draw;
import dev.graft.random.Seeds;
import dev.graft.text.TextAnalyzer;
import dev.graft.train.Example;
import dev.graft.train.data.JsonLines;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * A corpus of labelled texts. A training row with the text of a test row is left out, labelled or not.
 *
 * @param labels names of the classes, sorted; {@link Example#label} is an index into them
 * @param train each text once
 */
record EvidenceRows(List<String> labels, List<Example> train, List<Example> test) implements Serializable {
    /**
     * What one seed draws.
     *
     * @param unlabelled texts of other rows
     */
    record Drawn(List<Example> labelled, List<Example> validation, List<String> unlabelled) implements Serializable {}

    static EvidenceRows read(EvidencePlan plan) {
        List<String[]> train = rows(plan, plan.corpus().train());
        List<String[]> test = rows(plan, plan.corpus().test());
        TreeSet<String> labels = new TreeSet<>();
        train.forEach(row -> labels.add(row[1]));
        List<String> names = List.copyOf(labels);
        Set<String> seen = new HashSet<>();
        test.forEach(row -> seen.add(row[0]));
        List<Example> learnt = new ArrayList<>();
        for (String[] row : train) {
            if (seen.add(row[0])) {
                learnt.add(new Example(row[0], names.indexOf(row[1])));
            }
        }
        List<Example> judged = test.stream()
                .filter(row -> labels.contains(row[1]))
                .map(row -> new Example(row[0], names.indexOf(row[1])))
                .sorted(Comparator.comparingDouble((Example row) -> Splitter.position(row.text()))
                        .thenComparing(Example::text))
                .limit(plan.testRows() == 0 ? Long.MAX_VALUE : plan.testRows())
                .toList();
        if (names.size() < 2 || judged.isEmpty()) {
            throw new InputException("a claim is measured on 2 classes and a test row or more; "
                    + plan.corpus().train() + " has the classes " + names + ", and "
                    + plan.corpus().test() + " has " + judged.size() + " rows of them");
        }
        return new EvidenceRows(names, learnt, judged);
    }

    private static List<String[]> rows(EvidencePlan plan, String file) {
        List<JsonLines.Refused> refused = new ArrayList<>();
        List<String[]> rows = JsonLines.read(
                Path.of(file),
                Integer.MAX_VALUE,
                (json, place) -> {
                    for (String column :
                            List.of(plan.corpus().text(), plan.corpus().label())) {
                        if (!json.path(column).isTextual()) {
                            throw new InputException("no text in the column " + column);
                        }
                    }
                    return new String[] {
                        json.path(plan.corpus().text()).asText(),
                        json.path(plan.corpus().label()).asText()
                    };
                },
                refused);
        if (!refused.isEmpty()) {
            throw new InputException(refused.size() + " rows of " + file + " can't be used, such as "
                    + refused.get(0).place() + ": " + refused.get(0).reason());
        }
        return rows;
    }

    /** Equal seeds draw the same rows for every arm. */
    Drawn drawn(EvidencePlan plan, long seed) {
        List<Example> shuffled = Draw.shuffled(train, Seeds.random(Seeds.ofPurpose(seed, "rows", 0)));
        List<Example> labelled = new ArrayList<>();
        List<Example> rest = new ArrayList<>();
        int[] counts = new int[labels.size()];
        for (Example row : shuffled) {
            boolean wanted =
                    plan.perClass() > 0 ? counts[row.label()] < plan.perClass() : labelled.size() < plan.rows();
            counts[row.label()] += wanted ? 1 : 0;
            (wanted ? labelled : rest).add(row);
        }
        int validation = Math.min(plan.validation(), rest.size());
        return new Drawn(
                labelled,
                List.copyOf(rest.subList(0, validation)),
                rest.subList(validation, rest.size()).stream()
                        .limit(plan.unlabelled())
                        .map(Example::text)
                        .toList());
    }

    /** Rows by class. */
    static SortedMap<Integer, List<Example>> byLabel(List<Example> rows) {
        SortedMap<Integer, List<Example>> classes = new TreeMap<>();
        rows.forEach(row ->
                classes.computeIfAbsent(row.label(), any -> new ArrayList<>()).add(row));
        return classes;
    }

    /** With keyboard typos in a share of the words. */
    static List<Example> withTypos(List<Example> rows, double share) {
        KeyboardTypos noise = new KeyboardTypos(KeyboardTypos.Layout.QWERTY, share);
        TextAnalyzer analyzer = new TextAnalyzer();
        List<Example> noisy = new ArrayList<>();
        for (Example row : rows) {
            RandomGenerator random = Seeds.random(Seeds.of(0, row.text(), "test-with-typos", 0));
            List<Edit> edits = share == 0
                    ? List.of()
                    : noise.edits(analyzer.analyze(new Document("row", row.text(), null)), random);
            noisy.add(new Example(Edit.apply(row.text(), edits), row.label()));
        }
        return noisy;
    }
}
