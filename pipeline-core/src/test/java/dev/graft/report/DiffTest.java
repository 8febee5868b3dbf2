// SPDX-License-Identifier: Apache-2.0
package dev.graft.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Edit;
import dev.graft.report.Diff.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DiffTest {
    @Test
    void anEditOfAWordIsShownAsItIs() {
        assertThat(shown("My card was charged", new Edit(3, 7, "bill"))).isEqualTo("My [-card-][+bill+] was charged");
        assertThat(shown("My card", new Edit(2, 7, ""))).isEqualTo("My[- card-]");
        assertThat(shown("My card", new Edit(2, 2, " new"))).isEqualTo("My[+ new+] card");
    }

    @Test
    void aRewrittenSentenceIsShownWordByWord() {
        assertThat(shown("I lost my card today.", new Edit(0, 21, "I have lost the card today.")))
                .isEqualTo("I [+have +]lost [-my-][+the+] card today.");
    }

    @Test
    void neighbouringChangesReadAsOne() {
        assertThat(shown("a lot of trouble", new Edit(0, 16, "very much trouble")))
                .isEqualTo("[-a lot of-][+very much+] trouble");
    }

    @Test
    void aShortenedDiffSaysWhatItLeavesOut() {
        Diff diff = Diff.of("🙂".repeat(1000), List.of(new Edit(0, 0, "!"))).shortened(9);

        assertThat(diff.pieces()).hasSize(4);
        assertThat(diff.pieces().get(2)).isEqualTo(new Diff.Piece(Kind.OMITTED, "1,992 characters"));
        assertThat(diff.pieces().get(1).text() + diff.pieces().get(3).text()).isEqualTo("🙂".repeat(4));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void bothTextsCanBeReadOffIt(long seed) {
        Random random = new Random(seed);
        String text = words(random, 60);
        List<Edit> edits = new ArrayList<>();
        int at = 0;
        while (true) {
            int start = at + random.nextInt(20);
            int end = start + random.nextInt(30);
            if (end > text.length()) {
                break;
            }
            edits.add(new Edit(start, end, random.nextBoolean() ? words(random, random.nextInt(8)) : ""));
            at = end;
        }

        Diff diff = Diff.of(text, edits);

        assertThat(read(diff, Kind.SAME, Kind.DELETED)).isEqualTo(text);
        assertThat(read(diff, Kind.SAME, Kind.INSERTED)).isEqualTo(Edit.apply(text, edits));
    }

    static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    private static String words(Random random, int count) {
        List<String> words = List.of("a", "card", "my", "lost", "🙂", "e\u0301", "\n", "  ", "the");
        return random.ints(count, 0, words.size()).mapToObj(words::get).collect(Collectors.joining(" "));
    }

    private static String read(Diff diff, Kind... kinds) {
        return diff.pieces().stream()
                .filter(piece -> Arrays.asList(kinds).contains(piece.kind()))
                .map(Diff.Piece::text)
                .collect(Collectors.joining());
    }

    private static String shown(String text, Edit... edits) {
        return Diff.of(text, List.of(edits)).pieces().stream()
                .map(piece -> switch (piece.kind()) {
                    case SAME -> piece.text();
                    case DELETED -> "[-" + piece.text() + "-]";
                    case INSERTED -> "[+" + piece.text() + "+]";
                    case OMITTED -> "...";
                })
                .collect(Collectors.joining());
    }
}
