// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.graft.corpus.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EditTest {
    @Test
    void spansFollowWhatStandsBeforeAndWithinThem() {
        List<Span> spans = List.of(new Span(4, 8, "A"), new Span(10, 12, "B"));
        // an insertion at a border stays outside, a replacement of the whole is followed, a deletion takes the span
        // along
        assertThat(Edit.project(spans, List.of(new Edit(0, 2, "xxxxx"))))
                .containsExactly(new Span(7, 11, "A"), new Span(13, 15, "B"));
        assertThat(Edit.project(spans, List.of(new Edit(4, 4, "xx"), new Edit(8, 8, "yy"))))
                .containsExactly(new Span(6, 10, "A"), new Span(14, 16, "B"));
        assertThat(Edit.project(spans, List.of(new Edit(4, 8, "longer"))))
                .containsExactly(new Span(4, 10, "A"), new Span(12, 14, "B"));
        assertThat(Edit.project(spans, List.of(new Edit(5, 6, ""))))
                .containsExactly(new Span(4, 7, "A"), new Span(9, 11, "B"));
        assertThat(Edit.project(spans, List.of(new Edit(4, 8, "")))).containsExactly(new Span(6, 8, "B"));
        assertThat(Edit.project(spans, List.of(new Edit(3, 5, "x")))).containsExactly(new Span(9, 11, "B"));
    }

    @Test
    void composedEditsDoInOneGoWhatTheTwoDoOneAfterTheOther() {
        for (long seed = 0; seed < 3000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            String source = text(random);
            List<Edit> first = edits(source.length(), random);
            String middle = Edit.apply(source, first);
            List<Edit> second = edits(middle.length(), random);
            List<Edit> both = Edit.compose(first, second);
            assertThat(Edit.apply(source, both)).as("seed %d", seed).isEqualTo(Edit.apply(middle, second));
            assertThat(Edit.apply(Edit.apply(source, both), Edit.inverse(source, both)))
                    .as("seed %d", seed)
                    .isEqualTo(source);
        }
    }

    private static String text(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(30); i > 0; i--) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return text.toString();
    }

    private static List<Edit> edits(int length, SplittableRandom random) {
        List<Edit> edits = new ArrayList<>();
        int at = 0;
        while (at <= length && random.nextInt(6) > 0) {
            int start = at + random.nextInt(Math.min(5, length - at + 1));
            int end = start + random.nextInt(Math.min(4, length - start + 1));
            edits.add(new Edit(start, end, text(random)));
            at = end + 1;
        }
        return edits;
    }

    @Test
    void editsThatOverlapOrLeaveTheTextAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Edit.apply("abc", List.of(new Edit(0, 2, ""), new Edit(1, 3, ""))))
                .withMessageContaining("overlaps");
        assertThatIllegalArgumentException().isThrownBy(() -> Edit.apply("abc", List.of(new Edit(1, 4, ""))));
        assertThatIllegalArgumentException().isThrownBy(() -> new Edit(2, 1, ""));
    }

    @Test
    void spansThatNoEditTouchesMove() {
        List<Span> spans =
                List.of(new Span(0, 3, "a"), new Span(4, 8, "b"), new Span(9, 12, "c"), new Span(13, 15, "d"));
        List<Edit> edits =
                List.of(new Edit(3, 3, "!"), new Edit(6, 7, ""), new Edit(12, 13, "--"), new Edit(15, 15, "."));
        assertThat(Edit.untouched(spans, edits))
                .containsExactly(new Span(0, 3, "a"), new Span(9, 12, "c"), new Span(14, 16, "d"));
    }

    @Test
    void spansThatNoEditTouchesMoveAsProjectedOnes() {
        for (long seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<Span> spans = new ArrayList<>();
            List<Edit> edits = new ArrayList<>();
            for (int at = random.nextInt(4); at < 60; at += 1 + random.nextInt(6)) {
                int end = at + 1 + random.nextInt(4);
                spans.add(new Span(at, end, "s" + at));
                at = end;
            }
            for (int at = random.nextInt(4); at < 60; at += random.nextInt(9)) {
                int end = at + random.nextInt(4);
                edits.add(new Edit(at, end, "x".repeat(random.nextInt(3))));
                at = end;
            }
            List<Span> free = spans.stream()
                    .filter(span -> edits.stream().noneMatch(edit -> span.overlaps(edit.start(), edit.end())))
                    .toList();
            assertThat(Edit.untouched(spans, edits)).as("seed %d", seed).isEqualTo(Edit.project(free, edits));
        }
    }
}
