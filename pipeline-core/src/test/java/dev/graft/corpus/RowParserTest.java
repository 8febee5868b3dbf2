// SPDX-License-Identifier: Apache-2.0
package dev.graft.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.config.Settings;
import java.io.ByteArrayInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RowParserTest {
    private static List<CorpusRow> rows(String corpus, byte[] file) {
        Source source = Settings.parse(
                "corpus { train = f, shares { test = 0 }\n" + corpus + "}",
                root -> Source.read(root.section("corpus")));
        return new RowParser(new RowRules(source, null, 1000), Map.of())
                .rows("f", new ByteArrayInputStream(file))
                .toList();
    }

    private static List<CorpusRow> rows(String corpus, String file) {
        return rows(corpus, file.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> texts(List<CorpusRow> rows) {
        return rows.stream().map(CorpusRow::text).toList();
    }

    private static List<String> reasons(List<CorpusRow> rows) {
        return rows.stream().map(CorpusRow::reason).toList();
    }

    @Test
    void blankLinesOfJsonAreNoRowsAndOffsetsAreThoseOfTheFile() {
        List<CorpusRow> rows = rows("", "\uFEFF{\"text\": \"é\"}\r\n\n  \r\n{\"text\": \"b\", \"n\": 1}");
        assertThat(texts(rows)).containsExactly("é", "b");
        assertThat(rows.get(0).offset()).isEqualTo(3);
        assertThat(rows.get(1).offset()).isEqualTo(3 + 14 + 2 + 1 + 4);
        assertThat(rows.get(1).rest()).isEqualTo("{\"n\":1}");
        assertThat(rows.get(0).rest()).isNull();
    }

    @Test
    void severalLabelsAreAListKeptAsItsJsonOrATextWithASeparator() {
        List<CorpusRow> rows = rows("label = label, label-kind = several, labels = [a, \"b, c\"]", """
                {"text": "1", "label": ["a", "b, c"]}
                {"text": "2", "label": []}
                {"text": "3", "label": "a|z"}
                {"text": "4", "label": "[\\"a\\"]"}
                {"text": "5", "label": ["a", "d"]}
                {"text": "6", "label": ["a", 1]}
                {"text": "7", "label": [" "]}
                {"text": "8", "label": [null]}
                {"text": "9", "label": {"a": 1}}
                {"text": "10", "label": "[a"}
                {"text": "11", "label": null}
                {"text": "12"}
                """);
        assertThat(reasons(rows))
                .containsExactly(
                        null,
                        null,
                        null,
                        null,
                        "label \"d\" is not one of corpus.labels",
                        "label [\"a\",1] has 1; allowed are texts that are not blank",
                        "label [\" \"] has \" \"; allowed are texts that are not blank",
                        "label [null] has null; allowed are texts that are not blank",
                        "label is an object; allowed is a text",
                        "label [a is not a list of texts",
                        null,
                        null);
        assertThat(rows.stream().map(CorpusRow::label).limit(4))
                .containsExactly("[\"a\",\"b, c\"]", "[]", "a|z", "[\"a\"]");
    }

    @Test
    void aLabelThatIsToBeANumberIsOne() {
        List<CorpusRow> rows = rows("label = label, label-kind = number", """
                {"text": "1", "label": 3}
                {"text": "2", "label": -2.5e3}
                {"text": "3", "label": " .5 "}
                {"text": "4", "label": "three"}
                {"text": "5", "label": "12f"}
                {"text": "6", "label": ""}
                {"text": "7", "label": 1e300}
                {"text": "8", "label": true}
                {"text": "9", "label": [1]}
                {"text": "10", "label": NaN}
                """);
        assertThat(reasons(rows))
                .containsExactly(
                        null,
                        null,
                        null,
                        "label \"three\" is not a number",
                        "label \"12f\" is not a number",
                        "label \"\" is not a number",
                        "label \"1.0E300\" is not a number",
                        "label \"true\" is not a number",
                        "label is a list; allowed is a text",
                        null);
    }

    @Test
    void aKindOfLabelsStandsWithAColumnAndANumberHasNoNames() {
        assertThatThrownBy(() -> rows("label-kind = number", ""))
                .hasMessageContaining("corpus.label-kind: given \"number\"; allowed is that with corpus.label");
        assertThatThrownBy(() -> rows("label = l, label-kind = number, labels = [a]", ""))
                .hasMessageContaining("allowed is none with label-kind = number");
        assertThatThrownBy(() -> rows("label = l, label-kind = many", ""))
                .hasMessageContaining("class, several, number");
    }

    @Test
    void whatIsNoTextIsNotTurnedIntoOne() {
        List<CorpusRow> rows = rows("label = label", """
                {"text": ["I", "bought"], "label": "a"}
                {"text": {"en": "I bought"}, "label": "a"}
                {"text": NaN, "label": "a"}
                {"text": "nan", "label": NaN}
                {"text": "NaN", "label": null}
                {"text": "b", "label": ["a"]}
                {"text": null, "label": "a"}
                {"label": "a"}
                {"text": 42, "label": 0}
                {"text": "  ", "label": "a"}
                {"text": "x", "label": "a", "text": "y"}
                ["x"]
                {"text": "x"} {"text": "y"}
                {"text": "x"
                """);
        assertThat(reasons(rows))
                .containsExactly(
                        "text is a list; allowed is a text",
                        "text is an object; allowed is a text",
                        "no text",
                        null,
                        null,
                        "label is a list; allowed is a text",
                        "no text",
                        "no text",
                        null,
                        "empty text",
                        "the key \"text\" stands twice in the row",
                        "not a JSON object",
                        "not a JSON object",
                        "not a JSON object");
        assertThat(rows.get(3).label()).isNull();
        assertThat(rows.get(4).label()).isNull();
        assertThat(rows.get(8).text()).isEqualTo("42");
        assertThat(rows.get(8).label()).isEqualTo("0");
    }

    @Test
    void aJsonArrayAndOtherEncodingsAreRefusedByName() {
        assertThatThrownBy(() -> rows("", "[\n{\"text\": \"a\"}\n]"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("f is a JSON array; allowed is one JSON object a line");
        assertThatThrownBy(() -> rows("", "\uFEFF{}".getBytes(StandardCharsets.UTF_16LE)))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("f is UTF-16");
        assertThat(reasons(rows("", "{\"text\": \"café\"}\n".getBytes(StandardCharsets.ISO_8859_1))))
                .containsExactly("not UTF-8");
    }

    @Test
    void otherColumnsPassThroughWhateverTheyHold() {
        String deep = "[".repeat(40) + "]".repeat(40);
        List<CorpusRow> rows = rows(
                "id = id, group = customer",
                "{\"id\": 1, \"text\": \"a\", \"customer\": 7, \"a.b\": {\"c\": [1, NaN]}, \"k\": 1, \"k\": 2, \"d\": "
                        + deep + "}\n{\"id\": 2, \"text\": \"b\", \"d\": " + "[".repeat(5000) + "}");
        assertThat(rows.get(0).rest())
                .isEqualTo("{\"customer\":7,\"a.b\":{\"c\":[1,NaN]},\"k\":2,\"d\":\"" + deep + "\"}");
        assertThat(rows.get(1).reason()).isEqualTo("not a JSON object");
    }

    @Test
    void columnsThatWouldStandInTheWayGetAnotherName() {
        Source source = Settings.parse(
                "corpus { train = f, text = Body, id = ticket }", root -> Source.read(root.section("corpus")));
        RowRules rules = new RowRules(source, null, 10);
        assertThat(rules.renamed(
                        "f", java.util.Set.of("id", "Split", "fate", "body", "Note", "note", "_graft_x", "n", "")))
                .isEqualTo(Map.of(
                        "id",
                        "given_id",
                        "Split",
                        "given_Split",
                        "fate",
                        "given_fate",
                        "body",
                        "given_body",
                        "note",
                        "given_note",
                        "_graft_x",
                        "given__graft_x",
                        "",
                        "given_"));
        assertThatThrownBy(() -> rules.renamed("f", java.util.Set.of("augmentation")))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("augmented already");
        CorpusRow row = new RowParser(rules, Map.of("id", "given_id"))
                .rows(
                        "f",
                        new ByteArrayInputStream(
                                "{\"ticket\": \"t\", \"Body\": \"x\", \"id\": 3}".getBytes(StandardCharsets.UTF_8)))
                .findFirst()
                .orElseThrow();
        assertThat(row.id()).isEqualTo("t");
        assertThat(row.rest()).isEqualTo("{\"ticket\":\"t\",\"given_id\":3}");
    }

    @Test
    void csvIsReadAsItsStandardSays() {
        List<CorpusRow> rows = rows("format = csv, label = label", """
                text, label ,more
                "First line
                second, with comma

                fourth ""quoted"" line",1,
                "C:\\dir\\file is gone",0,""
                "ends with a backslash\\",1,x

                Today is a "good" day,1,y
                """.replace("\n", "\r\n"));
        assertThat(reasons(rows)).containsOnlyNulls();
        assertThat(texts(rows))
                .containsExactly(
                        "First line\r\nsecond, with comma\r\n\r\nfourth \"quoted\" line",
                        "C:\\dir\\file is gone",
                        "ends with a backslash\\",
                        "Today is a \"good\" day");
        assertThat(rows.stream().map(CorpusRow::rest))
                .containsExactly("{\"more\":null}", "{\"more\":\"\"}", "{\"more\":\"x\"}", "{\"more\":\"y\"}");
    }

    @Test
    void aWrongQuoteCostsItsOwnLine() {
        for (boolean quoted : new boolean[] {false, true}) {
            String file = "text,label\n"
                    + IntStream.range(0, 300)
                            .mapToObj(i -> (i == 150 ? "\"" : "")
                                    + (quoted && i != 150 ? "\"row " + i + "\"" : "row " + i) + ",a\n")
                            .collect(Collectors.joining());
            List<CorpusRow> rows = rows("format = csv, label = label", file);
            assertThat(rows).as("rows after it are quoted: %s", quoted).hasSize(300);
            assertThat(rows.stream().filter(row -> row.reason() != null).map(CorpusRow::raw))
                    .containsExactly("\"row 150,a");
            assertThat(rows.get(299).text()).isEqualTo("row 299");
        }
        assertThat(reasons(rows("format = csv, label = label", """
                text,label
                "He said "hi, there" and left",1
                short
                We liked it,1,extra
                fine,0
                """)))
                .containsExactly(
                        "a quote within a quoted cell that is not doubled",
                        "a row of 1 cells; the header has 2",
                        "a row of 3 cells; the header has 2",
                        null);
    }

    @Test
    void anyCellsComeBackFromCsv() {
        for (int seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<String> texts = random.ints(8, 1, 12)
                    .mapToObj(length -> "t"
                            + random.ints(length, 0, 8)
                                    .mapToObj(i -> List.of("a", "\"", ",", "\n", "\r\n", "é", "😀", "\"\"")
                                            .get(i))
                                    .collect(Collectors.joining()))
                    .toList();
            String file = "text;label\n"
                    + texts.stream()
                            .map(text -> "'" + text.replace("'", "''") + "';x\n")
                            .collect(Collectors.joining());
            assertThat(texts(rows("format = csv, separator = \";\", quote = \"'\"", file)))
                    .isEqualTo(texts);
        }
    }

    @Test
    void csvOfOtherCharsetsAndHeaders() {
        String file = "text,label\nThe café in Zürich 😀,1\n";
        for (String charset : List.of("UTF-16", "UTF-16LE", "UTF-8", "GB18030")) {
            assertThat(texts(rows("format = csv, charset = " + charset, file.getBytes(Charset.forName(charset)))))
                    .as(charset)
                    .containsExactly("The café in Zürich 😀");
        }
        byte[] latin = "text\ncafé\nplain\n".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(reasons(rows("format = csv", latin))).containsExactly("not UTF-8", null);
        assertThat(texts(rows("format = csv, charset = windows-1252", latin))).containsExactly("café", "plain");
        assertThatThrownBy(() -> rows("format = csv, charset = US-ASCII", latin))
                .isInstanceOf(InputException.class)
                .hasMessage("f is not US-ASCII, which corpus.charset names");
        assertThatThrownBy(() -> rows("format = csv, label = label", "text;label\na;b\n"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("f has no column label, text; it has text;label (is corpus.separator right");
        assertThatThrownBy(() -> rows("format = csv", "text,text\na,b\n"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("f has the column text twice");
        assertThat(rows("format = csv", "text,n,n,\na,1,2,3\n").get(0).rest())
                .isEqualTo("{\"n\":\"1\",\"n_2\":\"2\",\"column_4\":\"3\"}");
    }

    @Test
    void sentencesOfConllEndAtBlankLinesWhateverEndsTheLines() {
        String file = "#Paris B-LOC\nis O\n\nthe O\n# O\n\n\nend O\n";
        for (String same : List.of(
                file,
                file.replace("\n", "\r\n"),
                file.replace("\n\n", "\n \t\n"),
                "\n" + file + "\n",
                "# a comment\n" + file)) {
            List<CorpusRow> rows = rows("format = conll", same);
            assertThat(texts(rows)).containsExactly("#Paris is", "the #", "end");
            assertThat(rows.get(0).spans()).containsExactly(new Span(0, 6, "LOC"));
        }
        assertThat(rows("format = conll", "a O\nb\n").get(0).reason())
                .isEqualTo("\"b\" has no BIO label in its last column");
    }

    @Test
    void aLongTextARowWithoutAnIdAndAnUnknownLabelOrSplitAreSetAside() {
        assertThat(reasons(rows("id = id, label = label, labels = [a], split = part", """
                {"id": "1", "text": "%s", "label": "a", "part": "train"}
                {"id": "2", "text": "%s", "label": "a", "part": "train"}
                {"text": "x", "label": "a", "part": "train"}
                {"id": " ", "text": "x", "label": "a", "part": "train"}
                {"id": "5", "text": "x", "label": "b", "part": "train"}
                {"id": "6", "text": "x", "label": "a", "part": "dev"}
                {"id": "7", "text": "x", "label": "a"}
                """.formatted(
                                "😀".repeat(1000), "x".repeat(1001)))))
                .containsExactly(
                        null,
                        "text has 1001 chars; max-chars is 1000",
                        "no id",
                        "no id",
                        "label \"b\" is not one of corpus.labels",
                        "unknown split: dev",
                        "unknown split: null");
    }
}
