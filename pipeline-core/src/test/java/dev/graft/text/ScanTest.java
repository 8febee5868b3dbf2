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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        assertThat(words("it 's here and we 're late")).containsExactly("it", "here", "and", "we", "late");
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
                .containsExactly("number 20", "quantity €20.50", "number BX-204817", "number ½");
        assertThat(guarded("my_variable in /usr/bin of .com or file.txt a\\b <br> e.g."))
                .containsExactly(
                        "code my_variable",
                        "code /usr/bin",
                        "code .com",
                        "code file.txt",
                        "code a\\b",
                        "markup <br>",
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
    void aNumberIsGuardedWithWhatItCounts() {
        assertThat(guarded("Boil 2 kg at 95 °C for forty minutes, until 7 am on june 5th"))
                .containsExactly(
                        "quantity 2 kg",
                        "quantity 95 °C",
                        "quantity forty minutes",
                        "quantity 7 am",
                        "quantity june 5th");
        assertThat(guarded("It cost £ 12 and took 3 hours a day ; rated 4 . 5 stars , see page 9"))
                .containsExactly("quantity £ 12", "quantity 3 hours a day", "quantity 4 . 5 stars", "quantity page 9");
        assertThat(guarded("my pixel 7 and the lumix 100 broke on the 3rd of May, 20 % off"))
                .containsExactly("number 7", "quantity lumix 100", "quantity 3rd of May", "quantity 20 %");
        assertThat(guarded("Due friday: 14 boxes, 30, days pass"))
                .containsExactly("date friday", "number 14", "number 30,");
    }

    @Test
    void negationIsGuardedHoweverItIsWritten() {
        assertThat(guarded("he does n't , she wo n’t , it ca n't , they didn 't and we couldn ' t"))
                .containsExactly(
                        "negation does n't",
                        "negation wo n’t",
                        "negation ca n't",
                        "negation didn 't",
                        "negation couldn ' t");
        assertThat(guarded("i dont , u cant , it wasn´t , we haven`t , is nt , ain‘t"))
                .containsExactly(
                        "negation dont",
                        "negation cant",
                        "negation wasn´t",
                        "negation haven`t",
                        "negation is nt",
                        "negation ain‘t");
        assertThat(guarded("the 't shirt and a t bone of Brent")).containsExactly("name Brent");
    }

    @Test
    void namesAreGuardedWhereTheyOpenALineAndByTheLine() {
        assertThat(guarded("Siobhan rang. (Oslo was cold.) \"Ryanair\" lost it, **Tesco** too."))
                .containsExactly("name Siobhan", "name Oslo", "name Ryanair", "name Tesco");
        assertThat(guarded("Ask Weaver first. Weaver knows.")).containsExactly("name Weaver", "name Weaver");
        assertThat(guarded("Big Title With Large Words\nlater we met Karl there"))
                .containsExactly("name Karl");
        assertThat(guarded("- Please call\n- Then wait")).containsExactly("markup - ", "markup - ");
        assertThat(guarded("flights from london to madrid")).containsExactly("name london", "name madrid");
    }

    @Test
    void markupAndPlacesToFillAreGuarded() {
        assertThat(guarded("Salt &amp; pepper &lt;new&gt; at the caf&eacute;, we&#39;re open"))
                .containsExactly(
                        "markup &amp;", "markup &lt;", "markup &gt;", "markup caf&eacute;", "markup we&#39;re");
        assertThat(guarded("Thank {{ first name }} for [order number], run --verbose -x with %s or $PATH now"))
                .containsExactly(
                        "markup {{ first name }}",
                        "markup [order number]",
                        "code --verbose",
                        "code -x",
                        "code %s",
                        "code $PATH");
        assertThat(guarded("Look:\n```\nprint the sum\n```\nIt fails"))
                .containsExactly("heading Look:", "code ```", "code print the sum", "code ```");
    }

    @Test
    void linesThatAreNoRunningTextAreGuarded() {
        assertThat(guarded("# New things\n1. open the lid\n* [x] close it\n| a | b |\nIngredients:\nfresh bread"))
                .containsExactly(
                        "heading # New things",
                        "markup 1. ",
                        "markup * [x] ",
                        "table | a | b |",
                        "heading Ingredients:");
        assertThat(guarded(
                        "2025-02-03 11:00:01 WARN Pool is empty\n$ ls -la\ngit commit -m fix\nthe git server is slow"))
                .containsExactly(
                        "log 2025-02-03 11:00:01 WARN Pool is empty", "code $ ls -la", "code git commit -m fix");
        assertThat(guarded("Hello Mrs Ortega,\nthe lamp is broken.\nBest wishes,\nPaul"))
                .containsExactly("greeting Hello Mrs Ortega,", "signature Best wishes,\nPaul");
        assertThat(guarded("hi, the lamp is broken. Thanks a lot!"))
                .containsExactly("greeting hi,", "signature Thanks a lot!");
        assertThat(guarded("The best lamp. Best of all, it dims and the light is warm all over"))
                .isEmpty();
    }

    @Test
    void theNamesOfFieldsAreGuarded() {
        assertThat(words("Colour: green\nDelivery date: open\nwe wait")).containsExactly("green", "open", "we", "wait");
        assertThat(words("Mind you: it rains")).contains("you", "it", "rains");
        assertThat(guarded("water it once a week")).containsExactly("quantity once a week");
    }

    @Test
    void linesOfProgramsAreGuarded() {
        for (String code : List.of(
                "def area(w, h):",
                "return w * area(h)  # of the room",
                "for (int i = 0; i < n; i++) {",
                "public static void main(String[] args) {",
                "const total = rows.map(row => row.size);",
                "import java.util.List;",
                "from os import path",
                "x += step",
                "print(\"done\")",
                "if room in rooms(house):",
                "SELECT room FROM houses WHERE size > 3 ORDER BY room;")) {
            assertThat(words("It says (see):\n" + code + "\nat last")).as(code).containsExactly("at", "last");
        }
        for (String prose : List.of(
                "return the box(es) or book(s) at the desk",
                "for a start (and an end): rooms",
                "if you like it (or not), tell us;",
                "import duties are high (really)",
                "Select rooms from the list (see below);",
                "from here on (or later) import less",
                "with care (please):")) {
            assertThat(words(prose)).as(prose).hasSizeGreaterThan(2);
        }
    }

    @Test
    void aQuoteInAnotherLanguageIsGuarded() {
        assertThat(guarded("He wrote \"je ne sais pas pourquoi\" on it"))
                .containsExactly("foreign je ne sais pas pourquoi");
        assertThat(guarded("He wrote \"this is not the way\" on it")).containsExactly("negation not");
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "many small words here, 3.14 and a Name. ",
                "a",
                "7",
                "7 ",
                ".",
                "-",
                "\"",
                "& ",
                "[",
                "{",
                "Ab ",
                "'t ",
                "🙂",
                "\n",
                "| ",
                "nt ",
                "(",
                "Hi, ",
                "~",
                "<a"
            })
    void aMegabyteIsScannedInNoTime(String part) {
        String text = part.repeat(1_000_000 / part.length());
        long start = System.nanoTime();
        Scan.of(text);
        assertThat((System.nanoTime() - start) / 1_000_000).as("ms").isLessThan(3_000);
    }
}
