// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.catalyst;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmented;
import dev.graft.augment.Edit;
import dev.graft.corpus.Document;
import dev.graft.corpus.Span;
import dev.graft.jobs.augment.candidate.Candidate;
import dev.graft.jobs.augment.candidate.Candidate.Fate;
import dev.graft.jobs.augment.schema.RowKind;
import dev.graft.jobs.augment.schema.TextHash;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;

public final class CandidateBlockTest {
    private static final StructType SCHEMA =
            new StructType().add("id", DataTypes.StringType).add("text", DataTypes.StringType);

    private final UnsafeProjection rows = UnsafeProjection.create(SCHEMA);

    private UnsafeRow row(Document document) {
        return rows.apply(new GenericInternalRow(
                new Object[] {UTF8String.fromString(document.id()), UTF8String.fromString(document.text())}));
    }

    private byte[] block(Document document, List<Candidate> outcomes) {
        CandidateBlock.Writer block = new CandidateBlock.Writer();
        add(document, outcomes, block);
        return block.take();
    }

    private void add(Document document, List<Candidate> outcomes, CandidateBlock.Writer block) {
        UTF8String id = UTF8String.fromString(document.id());
        UTF8String text = UTF8String.fromString(document.text());
        block.add(row(document), id, text, RowKind.ORIGINAL, outcomes);
    }

    private static Augmented copy(Document document, int copy, List<Edit> edits) {
        return Augmented.of(document, "typos", copy, 40 + copy, edits);
    }

    @Test
    public void aCopyComesBackAsItWas() {
        Document document = new Document("d", "Pay 5 now", null, List.of(new Span(4, 5, "amount")));
        Candidate kept = Candidate.kept(
                        copy(document, 13, List.of(new Edit(0, 3, "P\u00e4y\uD83D\uDE00"), new Edit(9, 9, "!"))))
                .scored("length-ratio", 1.25);
        CandidateBlock.Reader at = new CandidateBlock.Reader(block(document, List.of(kept)), SCHEMA.size());

        assertThat(at.nextDocument()).isTrue();
        assertThat(at.row().getUTF8String(0)).hasToString("d");
        assertThat(at.kind()).isEqualTo(RowKind.ORIGINAL);
        assertThat(at.rank()).isEqualTo(RowKind.ORIGINAL.rank("d"));
        assertThat(at.hash()).isEqualTo(TextHash.of("Pay 5 now"));
        assertThat(at.nextCopy()).isTrue();
        assertThat(at.fate()).isEqualTo(Fate.KEPT);
        assertThat(at.rank()).isEqualTo(kept.rank());
        assertThat(at.hash()).isEqualTo(TextHash.of(kept.text()));
        CandidateBlock.Copy copy = at.copy(at.row().getUTF8String(0), at.row().getUTF8String(1));
        assertThat(copy.text()).hasToString("P\u00e4y\uD83D\uDE00 5 now!");
        assertThat(copy.id()).hasToString(kept.id());
        assertThat(copy.reason()).hasToString("");
        assertThat(stretches(copy.spans())).containsExactly("6-7 amount");
        InternalRow struct = copy.struct();
        assertThat(struct.getUTF8String(0)).hasToString("d");
        assertThat(struct.getUTF8String(1)).hasToString("typos");
        assertThat(struct.getInt(2)).isEqualTo(13);
        assertThat(struct.getLong(3)).isEqualTo(53);
        assertThat(stretches(struct.getArray(4))).containsExactly("0-3 P\u00e4y\uD83D\uDE00", "9-9 !");
        assertThat(struct.getDouble(5)).isEqualTo(kept.intensity());
        assertThat(struct.getMap(6).numElements()).isEqualTo(1);
        assertThat(struct.getMap(6).keyArray().getUTF8String(0)).hasToString("length-ratio");
        assertThat(struct.getMap(6).valueArray().getDouble(0)).isEqualTo(1.25);
        assertThat(at.nextCopy()).isFalse();
        assertThat(at.nextDocument()).isFalse();
    }

    private static List<String> stretches(org.apache.spark.sql.catalyst.util.ArrayData array) {
        List<String> stretches = new ArrayList<>();
        for (int i = 0; i < array.numElements(); i++) {
            InternalRow row = array.getStruct(i, 3);
            stretches.add(row.getInt(0) + "-" + row.getInt(1) + " " + row.getUTF8String(2));
        }
        return stretches;
    }

    @Test
    public void manyDocumentsOfAnyScriptAndSizeInAnyNumberOfBlocks() {
        String alphabet = "abc \n\u00e4\u00df\u0939\u093f\u202e\uD83D\uDE00";
        SplittableRandom random = new SplittableRandom(1);
        List<Document> documents = new ArrayList<>();
        List<List<Candidate>> outcomes = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            boolean ascii = random.nextBoolean();
            int[] letters = (ascii ? "abc .\n" : alphabet).codePoints().toArray();
            StringBuilder text = new StringBuilder();
            int length = i == 250 ? 1_000_000 : random.nextInt(400);
            for (int c = 0; c < length; c++) {
                text.appendCodePoint(letters[random.nextInt(letters.length)]);
            }
            Document document = new Document("d-" + i, text.toString(), null);
            List<Candidate> own = new ArrayList<>();
            for (int c = random.nextInt(4); c > 0; c--) {
                int end = text.offsetByCodePoints(0, random.nextInt(text.codePointCount(0, text.length()) + 1));
                Candidate kept = Candidate.kept(copy(document, c, List.of(new Edit(0, end, "x"))));
                own.add(random.nextInt(3) == 0 ? kept.dropped("low") : kept);
            }
            own.add(Candidate.unchanged("swap", 0, 1, "", document));
            documents.add(document);
            outcomes.add(own);
        }

        List<byte[]> blocks = new ArrayList<>();
        CandidateBlock.Writer writer = new CandidateBlock.Writer();
        for (int i = 0; i < documents.size(); i++) {
            add(documents.get(i), outcomes.get(i), writer);
            if (writer.isFull()) {
                blocks.add(writer.take());
            }
        }
        blocks.add(writer.take());

        int next = 0;
        for (byte[] block : blocks) {
            CandidateBlock.Reader at = new CandidateBlock.Reader(block, SCHEMA.size());
            while (at.nextDocument()) {
                assertThat(at.row().getUTF8String(1))
                        .hasToString(documents.get(next).text());
                assertThat(at.rank()).isEqualTo(RowKind.ORIGINAL.rank("d-" + next));
                for (Candidate outcome : outcomes.get(next)) {
                    assertThat(at.nextCopy()).isTrue();
                    assertThat(at.fate()).isEqualTo(outcome.fate());
                    // Who passes over a copy comes to the next one all the same.
                    if (random.nextBoolean()) {
                        CandidateBlock.Copy copy =
                                at.copy(at.row().getUTF8String(0), at.row().getUTF8String(1));
                        assertThat(copy.text()).hasToString(outcome.text());
                        assertThat(copy.reason()).hasToString(outcome.reason());
                    }
                }
                next++;
            }
        }
        assertThat(next).isEqualTo(documents.size());
        assertThat(blocks).hasSizeGreaterThan(2);
    }

    @Test
    public void aFailureHasNoTextOfItsOwn() {
        Document document = new Document("d", "gr\u00fcn", null);
        Candidate failed = Candidate.failed("typos", 0, 5, document, new IllegalStateException("no"));
        CandidateBlock.Reader at = new CandidateBlock.Reader(block(document, List.of(failed)), SCHEMA.size());

        assertThat(at.nextDocument() && at.nextCopy()).isTrue();
        assertThat(at.fate()).isEqualTo(Fate.FAILED);
        assertThat(at.copy(at.row().getUTF8String(0), at.row().getUTF8String(1)))
                .extracting(
                        copy -> copy.reason().toString(), copy -> copy.text().toString())
                .containsExactly("IllegalStateException", "gr\u00fcn");
    }
}
