// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.config.ConfigException;
import dev.graft.config.Settings;
import dev.graft.corpus.Document;
import dev.graft.corpus.Span;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScanTest {
    private static List<String> words(String text) {
        AnalyzedText analyzed = new TextAnalyzer().analyze(new Document("d", text, null));
        return analyzed.words().stream().map(analyzed::textOf).toList();
    }

    private static List<String> guarded(String text) {
        return Scan.of(text).guarded().stream()
                .map(span -> span.label() + " " + text.substring(span.start(), span.end()))
                .toList();
    }

    @Test
    void wordsAreLettersWithMarksAndSingleJoinersInside() {
        assertThat(words("the well-known e\u0301te\u0301 - rock 'n' roll, naïve!"))
                .containsExactly("the", "well-known", "e\u0301te\u0301", "rock", "n", "roll", "naïve");
        assertThat(words("שלום मराठी 日本")).containsExactly("שלום", "मराठी", "日本");
        assertThat(words("👩‍👩‍👧 🇩🇪 \ud83d …")).isEmpty();
    }

    @Test
    void whatMeaningHangsOnIsGuarded() {
        assertThat(guarded("see https://example.com/x?y=1 or www.example.com, mail me@example.org, @you #tag"))
                .containsExactly(
                        "url https://example.com/x?y=1",
                        "url www.example.com,",
                        "email me@example.org,",
                        "mention @you",
                        "mention #tag");
        assertThat(guarded("about 20 or €20.50 or BX-204817 or half ½"))
                .containsExactly("number 20", "number €20.50", "number BX-204817", "number ½");
        assertThat(guarded("my_variable in /usr/bin of .com or file.txt a\\b <br> e.g."))
                .containsExactly(
                        "code my_variable",
                        "code /usr/bin",
                        "code .com",
                        "code file.txt",
                        "code a\\b",
                        "code <br>",
                        "code e.g.");
        assertThat(guarded("it CAN'T and should not, never mind"))
                .containsExactly("negation CAN'T", "modal should", "negation not", "negation never");
    }

    @Test
    void namesAreGuardedUnlessAllIsWrittenLarge() {
        assertThat(guarded("We met Anna in Oslo. Then we left for the USA, I think."))
                .containsExactly("name Anna", "name Oslo", "name USA");
        assertThat(guarded("The Quick Brown Fox Jumps Over")).isEmpty();
        assertThat(guarded("THIS IS VERY LOUD")).isEmpty();
        assertThat(guarded("Yes\nNo wonder")).containsExactly("negation No");
    }

    @Test
    void backticksAndTheUsersOwnTermsAreGuarded() {
        Protection own =
                Settings.parse("patterns = [\"[a-z]+-free\"], terms = [\"gift card\", \"graft\"]", Protection::read);
        AnalyzedText text = new TextAnalyzer(own)
                .analyze(new Document("d", "a Gift Card from graft is tax-free, see `the code` of grafting", null));
        assertThat(text.words().stream().map(text::textOf)).containsExactly("a", "from", "is", "see", "of", "grafting");
        assertThatThrownBy(() -> Settings.parse("patterns = [\"(\"]", Protection::read))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("allowed is a list of regular expressions");
    }

    @Test
    void annotatedSpansAreClosedUnlessAnOperatorEditsWithinThem() {
        AnalyzedText text = new TextAnalyzer()
                .analyze(new Document("d", "the new parcel arrived", null, List.of(new Span(4, 14, "X"))));
        assertThat(text.words().stream().map(text::textOf)).containsExactly("the", "arrived");
        AnalyzedText open = text.editingSpans();
        assertThat(open.words().stream().map(open::textOf)).containsExactly("the", "new", "parcel", "arrived");
        assertThat(open.isProtected(4, 7)).isFalse();
        assertThat(open.isProtected(2, 7)).isTrue();
    }

    @Test
    void aMegabyteIsScannedInNoTime() {
        String text = "many small words here, 3.14 and a Name. ".repeat(26_000);
        long start = System.nanoTime();
        Scan.of(text);
        assertThat((System.nanoTime() - start) / 1_000_000).as("ms").isLessThan(3_000);
    }
}
