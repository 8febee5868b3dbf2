// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.catalyst;

import dev.graft.augment.Augmented;
import dev.graft.augment.Edit;
import dev.graft.config.Settings;
import dev.graft.corpus.Document;
import dev.graft.filter.Filter;
import dev.graft.jobs.TaskGpu;
import dev.graft.jobs.augment.candidate.Candidate;
import dev.graft.jobs.augment.candidate.Candidate.Fate;
import dev.graft.jobs.augment.candidate.CandidateMaker;
import dev.graft.jobs.augment.candidate.EditedTurns;
import dev.graft.jobs.augment.candidate.LoadedModels;
import dev.graft.jobs.augment.schema.AugmentedSchema;
import dev.graft.jobs.augment.setup.AugmentSettings.Work;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;

/**
 * From the rows of a finished run to the blocks that {@link BlockMaker} made of its documents, the copies judged again. The
 * rows are the documents' columns, the struct, fate and reason; a document stands right before its copies.
 *
 * @param done counts the documents
 */
public record StoredBlocks(LongAccumulator done, Work work, DocumentColumns columns)
        implements FlatMapFunction<Iterator<InternalRow>, byte[]> {
    /** Documents whose copies are judged together. */
    private static final int BATCH = 128;

    private static final Map<String, Fate> FATES =
            Stream.of(Fate.values()).collect(Collectors.toUnmodifiableMap(Settings::name, fate -> fate));

    @Override
    public Iterator<byte[]> call(Iterator<InternalRow> rows) {
        List<Filter> filters = LoadedModels.filters(work, TaskGpu.index());
        EditedTurns turns = new EditedTurns(work.edit());
        UnsafeProjection document = UnsafeProjection.create(columns.schema());
        return CandidateBlock.blocks(new CandidateBlock.Source() {
            private @Nullable InternalRow next = rows.hasNext() ? rows.next() : null;

            @Override
            public boolean addTo(CandidateBlock.Writer block) {
                List<UnsafeRow> some = new ArrayList<>();
                List<List<Candidate>> candidates = new ArrayList<>();
                while (next != null && some.size() < BATCH) {
                    UnsafeRow row = document.apply(next).copy();
                    List<Candidate> own = new ArrayList<>();
                    next = read(columns.document(row), rows, own);
                    some.add(row);
                    candidates.add(own);
                }
                CandidateMaker.judge(filters, turns, candidates);
                for (int i = 0; i < some.size(); i++) {
                    block.add(some.get(i), columns, candidates.get(i));
                }
                done.add(some.size());
                return !some.isEmpty();
            }
        });
    }

    /** Reads the copies of a document that follow; answers the row of the next document, null where there is none. */
    private @Nullable InternalRow read(Document document, Iterator<InternalRow> rows, List<Candidate> candidates) {
        while (rows.hasNext()) {
            InternalRow each = rows.next();
            if (each.isNullAt(columns.schema().size())) {
                return each;
            }
            candidates.add(candidate(document, each));
        }
        return null;
    }

    /** The copy as it was before it was judged; one that could not be made stays what it is. */
    private Candidate candidate(Document source, InternalRow row) {
        int struct = columns.schema().size();
        InternalRow copy = row.getStruct(struct, AugmentedSchema.STRUCT.size());
        String operator = copy.getUTF8String(1).toString();
        int number = copy.getInt(2);
        long seed = copy.getLong(3);
        String reason = String.valueOf(row.getUTF8String(struct + 2));
        return switch (Objects.requireNonNull(
                FATES.get(row.getUTF8String(struct + 1).toString()))) {
            case KEPT, DROPPED -> {
                String text = row.getUTF8String(columns.text()).toString();
                Augmented made = new Augmented(source, operator, number, seed, edits(copy.getArray(4)), text);
                // The score of a conversation is one turn's: that of another may be what another bound hangs on.
                yield work.edit().isEmpty()
                        ? Candidate.kept(made).scored(scores(copy.getMap(6)))
                        : Candidate.kept(made);
            }
            case UNCHANGED ->
                Candidate.unchanged(
                        operator, number, seed, reason.equals(AugmentedSchema.NO_REASON) ? "" : reason, source);
            case FAILED -> Candidate.failed(operator, number, seed, source, reason, "");
        };
    }

    private static List<Edit> edits(ArrayData array) {
        List<Edit> edits = new ArrayList<>();
        for (int i = 0; i < array.numElements(); i++) {
            InternalRow edit = array.getStruct(i, 3);
            edits.add(new Edit(
                    edit.getInt(0), edit.getInt(1), edit.getUTF8String(2).toString()));
        }
        return edits;
    }

    private static Map<String, Double> scores(MapData map) {
        Map<String, Double> scores = new TreeMap<>();
        for (int i = 0; i < map.numElements(); i++) {
            scores.put(map.keyArray().getUTF8String(i).toString(), (Double)
                    map.valueArray().get(i, DataTypes.DoubleType));
        }
        return scores;
    }
}
