// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.catalyst;

import dev.graft.corpus.Document;
import dev.graft.jobs.TaskGpu;
import dev.graft.jobs.augment.candidate.Candidate;
import dev.graft.jobs.augment.candidate.Candidate.Fate;
import dev.graft.jobs.augment.candidate.CandidateMaker;
import dev.graft.jobs.augment.candidate.LoadedModels;
import dev.graft.jobs.augment.setup.AugmentSettings.Work;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.LongAccumulator;

/**
 * What the tasks do: from documents to blocks of themselves and what became of their copies. Rows are in Spark's internal form,
 * in which the user's columns pass through as they are: to turn each into Java objects and back costs more than to make the
 * copies.
 *
 * @param failures what went wrong, for the manifest
 * @param done counts the documents
 * @param columns where the document stands in a row
 */
public record BlockMaker(
        CollectionAccumulator<String> failures, LongAccumulator done, Work work, DocumentColumns columns)
        implements FlatMapFunction<Iterator<InternalRow>, byte[]> {
    /** Documents whose models work together. */
    private static final int BATCH = 128;
    /** Messages that a task, and the manifest, tells of. */
    public static final int MOST_FAILURES = 20;

    @Override
    public Iterator<byte[]> call(Iterator<InternalRow> rows) {
        CandidateMaker augmentation = LoadedModels.augmentation(work, TaskGpu.index());
        UnsafeProjection bytes = UnsafeProjection.create(columns.schema());
        int batch = work.section().cheap() ? 1 : BATCH;
        return CandidateBlock.blocks(block -> {
            List<UnsafeRow> some = new ArrayList<>(batch);
            while (some.size() < batch && rows.hasNext()) {
                InternalRow row = rows.next();
                UnsafeRow unsafe = row instanceof UnsafeRow already ? already : bytes.apply(row);
                some.add(batch == 1 ? unsafe : unsafe.copy());
            }
            add(augmentation, some, block);
            done.add(some.size());
            return !some.isEmpty();
        });
    }

    private void add(CandidateMaker augmentation, List<UnsafeRow> rows, CandidateBlock.Writer block) {
        List<Document> training = new ArrayList<>(rows.size());
        for (UnsafeRow row : rows) {
            if (columns.isTraining(row)) {
                training.add(columns.document(row));
            }
        }
        Iterator<List<Candidate>> made = augmentation.outcomes(training).iterator();
        for (UnsafeRow row : rows) {
            List<Candidate> outcomes = columns.isTraining(row) ? made.next() : List.of();
            for (Candidate outcome : outcomes) {
                if (outcome.fate() == Fate.FAILED && failures.value().size() < MOST_FAILURES) {
                    failures.add(
                            "document " + outcome.source().id() + ", " + outcome.operator() + ": " + outcome.message());
                }
            }
            block.add(row, columns, outcomes);
        }
    }
}
