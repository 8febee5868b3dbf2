// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.Resources;
import dev.graft.chat.LocalServer;
import dev.graft.config.ConfigException;
import dev.graft.config.Settings;
import dev.graft.corpus.Document;
import dev.graft.corpus.Span;
import dev.graft.random.Seeds;
import dev.graft.text.AnalyzedText;
import dev.graft.text.TextAnalyzer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Texts before and after an operator. */
final class Examples {
    static final int SEEDS = 100;

    /** What is easily damaged: marks, joined emoji, scripts, ligatures, line breaks, numbers, contractions, quotes, capitals. */
    static final List<String> DELICATE = List.of(
            "Cafe\u0301 re\u0301sume\u0301s, please: \"naïve\" (or not) \u2014 it's well-known.",
            "👩‍👩‍👧 the family 🇩🇪 waved 👍🏽 and left.",
            "यह हिन्दी पाठ क्षेत्र में है",
            "هذا نص عربي قصير مَدْرَسَة",
            "İstanbul'da ılık Straße ﬁnally ŒUVRE Ægir",
            "One\ttab, two  spaces.\r\nA new line at 3.5 km/h for €20.50.\n\nSee https://example.com/a?b=1, i.e. the end",
            "THEY DON'T WANT ALL OF THIS, BUT IT'S THEIRS.",
            "word",
            "He said: 'we'll see and/or (maybe) wait'.");

    private static final TextAnalyzer ANALYZER = new TextAnalyzer();
    private static final Resources RESOURCES = new Resources("minilm", Optional.empty());

    private Examples() {}

    /** A server whose model puts other words for some, so that what is made of its answers can be tested. */
    private static final class Rewriter {
        private static final LocalServer SERVER = started();

        private static LocalServer started() {
            try {
                return new LocalServer((request, body, exchange) -> {
                    String prompt = LocalServer.prompt(body);
                    boolean all = body.get("seed").asInt() % 2 == 0;
                    String answer = prompt.substring(prompt.indexOf("\n\n") + 2).replace(" the ", " this ");
                    LocalServer.say(exchange, all ? answer.replace(" and ", " as well as ") : answer, "stop");
                });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The example of {@code paraphrase}, with a server that is there. */
    static String withServer(String source) {
        try {
            return source.contains("http://localhost:8000/v1")
                    ? source.replace(
                                    "http://localhost:8000/v1",
                                    Rewriter.SERVER.url().toString()) + "\ncache = \""
                            + Files.createTempDirectory("answers").toString() + "\"\n"
                    : source;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The operator of an entry of a configuration. */
    static Augmenter operator(String settings) {
        return Settings.parse(settings, Step::read).factory().make(RESOURCES);
    }

    static AnalyzedText analyzed(String text, Span... spans) {
        return ANALYZER.analyze(new Document("d", text, null, List.of(spans)));
    }

    /** The text as the operator gets to see it. */
    static AnalyzedText view(Augmenter augmenter, AnalyzedText text) {
        return augmenter.editsSpans() ? text.editingSpans() : text;
    }

    static String made(Augmenter augmenter, AnalyzedText text, long seed) {
        return Edit.apply(text.text(), augmenter.edits(view(augmenter, text), Seeds.random(seed)));
    }

    /** All texts that the seeds make. */
    static Set<String> made(Augmenter augmenter, String text) {
        return edits(augmenter, text).stream()
                .map(edits -> Edit.apply(text, edits))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The edits of each seed. */
    private static List<List<Edit>> edits(Augmenter augmenter, String text) {
        return augmenter.edits(
                view(augmenter, analyzed(text)),
                LongStream.range(0, SEEDS).mapToObj(Seeds::random).toList());
    }

    /** Lines of "before -> after", with Java's escapes: each seed makes just that. */
    static void assertMakes(Augmenter augmenter, String pairs) {
        pairs.lines()
                .forEach(pair ->
                        assertThat(made(augmenter, side(pair, 0))).as(pair).containsExactly(side(pair, 1)));
    }

    /** Lines of "before -> after": a seed makes that, among others. */
    static void assertCanMake(Augmenter augmenter, String pairs) {
        pairs.lines()
                .forEach(pair ->
                        assertThat(made(augmenter, side(pair, 0))).as(pair).contains(side(pair, 1)));
    }

    private static String side(String pair, int side) {
        return pair.split(" -> ", -1)[side].translateEscapes();
    }

    /** Lines that no seed changes. */
    static void assertLeaves(Augmenter augmenter, String texts) {
        texts.lines()
                .map(String::translateEscapes)
                .forEach(text -> assertThat(made(augmenter, text)).containsExactly(text));
    }

    /** What holds of each text that is made of a delicate one. */
    static void assertEach(Augmenter augmenter, Property property) {
        for (String source : DELICATE) {
            made(augmenter, source).forEach(made -> property.check(source, made));
        }
    }

    interface Property {
        void check(String source, String made);
    }

    /** What holds of each edit of a delicate text. */
    static void assertEachEdit(Augmenter augmenter, EditProperty property) {
        for (String source : DELICATE) {
            edits(augmenter, source).stream()
                    .flatMap(List::stream)
                    .forEach(edit -> property.check(source.substring(edit.start(), edit.end()), edit.replacement()));
        }
    }

    interface EditProperty {
        void check(String replaced, String replacement);
    }

    /** An entry of a configuration that is refused, with a message that has all of these. */
    static void assertRefused(String settings, String... message) {
        assertThatThrownBy(() -> operator(settings))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll(message);
    }
}
