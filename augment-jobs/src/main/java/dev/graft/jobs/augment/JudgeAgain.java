// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import dev.graft.augment.Augmented;
import dev.graft.augment.Edit;
import dev.graft.config.Settings;
import dev.graft.corpus.Document;
import dev.graft.filter.Filter;
import dev.graft.jobs.augment.candidate.Candidate;
import dev.graft.jobs.augment.candidate.Candidate.Fate;
import dev.graft.jobs.augment.candidate.CandidateMaker;
import dev.graft.jobs.augment.candidate.LoadedModels;
import dev.graft.jobs.augment.schema.AugmentedSchema;
import dev.graft.jobs.augment.schema.RowKind;
import dev.graft.jobs.augment.schema.TextHash;
import dev.graft.jobs.augment.setup.AugmentSettings.Work;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Copies of a finished run, judged by the filters of now on the scores that they have.
 *
 * @param text name of the column of the text
 * @param label name of the column of the class; empty where there is none
 */
record JudgeAgain(Work work, String text, String label) implements MapPartitionsFunction<Row, Row> {
    /** Rows of a copy and its source's text, with the fate that the filters of now give it, hash and rank. */
    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        List<Filter> filters = LoadedModels.filters(work);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public Row next() {
                return judged(filters, rows.next());
            }
        };
    }

    private Row judged(List<Filter> filters, Row row) {
        Row augmentation = row.getAs(AugmentedSchema.AUGMENTATION);
        String id = augmentation.getAs("source_id");
        Object[] values = new Object[row.size()];
        int at = 0;
        for (String name : row.schema().fieldNames()) {
            if (!name.equals(EarlierCandidates.SOURCE_ID) && !name.equals(EarlierCandidates.SOURCE_TEXT)) {
                values[at++] = row.getAs(name);
            }
        }
        int fate = row.fieldIndex(AugmentedSchema.FATE)
                - (row.fieldIndex(EarlierCandidates.SOURCE_ID) < row.fieldIndex(AugmentedSchema.FATE) ? 1 : 0);
        values[at] = TextHash.of(row.<String>getAs(text));
        values[at + 1] = RowKind.COPY.rank(row.<String>getAs("id"));
        String before = row.getAs(AugmentedSchema.FATE);
        if (before.equals(Settings.name(Fate.KEPT)) || before.equals(Settings.name(Fate.DROPPED))) {
            List<Edit> edits = augmentation.<Row>getList(augmentation.fieldIndex("edits")).stream()
                    .map(edit -> new Edit(edit.getInt(0), edit.getInt(1), edit.getString(2)))
                    .toList();
            Document source = new Document(
                    id, row.getAs(EarlierCandidates.SOURCE_TEXT), label.isEmpty() ? null : row.getAs(label));
            Augmented copy = new Augmented(
                    source,
                    augmentation.getAs("operator"),
                    augmentation.getAs("copy"),
                    augmentation.getAs("seed"),
                    edits,
                    row.getAs(text));
            Candidate outcome = CandidateMaker.judgeAgain(
                    filters, copy, augmentation.getJavaMap(augmentation.fieldIndex("scores")));
            values[fate] = Settings.name(outcome.fate());
            values[fate + 1] = outcome.reason().isEmpty() ? null : outcome.reason();
            Object[] struct = new Object[augmentation.size()];
            for (int i = 0; i < struct.length; i++) {
                struct[i] = augmentation.get(i);
            }
            struct[augmentation.fieldIndex("scores")] = CollectionConverters.asScala(outcome.scores());
            values[
                            row.fieldIndex(AugmentedSchema.AUGMENTATION)
                                    - (row.fieldIndex(EarlierCandidates.SOURCE_ID)
                                                    < row.fieldIndex(AugmentedSchema.AUGMENTATION)
                                            ? 1
                                            : 0)] =
                    RowFactory.create(struct);
        }
        return RowFactory.create(values);
    }
}
