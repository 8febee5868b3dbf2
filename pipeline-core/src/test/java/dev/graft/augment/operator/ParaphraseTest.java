// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.analyzed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Augmenter.Asked;
import dev.graft.augment.Augmenter.Proposal;
import dev.graft.augment.CopyException;
import dev.graft.augment.Edit;
import dev.graft.chat.LocalServer;
import dev.graft.config.ConfigException;
import dev.graft.config.Settings;
import dev.graft.corpus.Document;
import dev.graft.random.Seeds;
import dev.graft.text.AnalyzedText;
import dev.graft.text.TextAnalyzer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParaphraseTest {
    private static final String SOURCE = "Please cancel order 4711 today, my parcel has not come.";

    @TempDir
    private Path cache;

    private Augmenter paraphrase(LocalServer server, String more) {
        return Examples.operator("""
                operator = paraphrase
                cache = "%s"
                server { url = "%s", model = instruct, retries = 0 }
                %s""".formatted(cache, server.url(), more));
    }

    private String made(String source, String answer) throws IOException {
        try (LocalServer server = LocalServer.saying(prompt -> answer)) {
            AnalyzedText text = analyzed(source);
            return Edit.apply(source, paraphrase(server, "").edits(text, Seeds.random(1)));
        }
    }

    @Test
    void theAnswerTakesTheTextsPlaceAroundWhatIsProtected() throws IOException {
        String answer = "Could you cancel order 4711 today? The parcel never came.";
        try (LocalServer server = LocalServer.saying(prompt -> answer)) {
            AnalyzedText text = analyzed(SOURCE);
            List<Edit> edits = paraphrase(server, "").edits(text, Seeds.random(1));
            assertThat(Edit.apply(SOURCE, edits)).isEqualTo(answer);
            assertThat(edits).hasSize(2);
            assertThat(Edit.apply(answer, Edit.inverse(SOURCE, edits))).isEqualTo(SOURCE);
        }
    }

    @Test
    void quotesAndThoughtsAroundAnAnswerAreNone() throws IOException {
        assertThat(made(SOURCE, "\"Cancel order 4711 today, please.\"")).isEqualTo("Cancel order 4711 today, please.");
        assertThat(made(SOURCE, "<think>\nOrder 1?\n</think>\n\nCancel order 4711 today, please."))
                .isEqualTo("Cancel order 4711 today, please.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            refused        | I'm sorry, but I can't help with that.
            refused        | As an AI language model, I have no opinion of order 4711.
            empty          | '   '
            malformed      | Sure, here is the rewritten text: Cancel order 4711.
            malformed      | Cancel order 4711, please.\\nI kept the number.
            echo           | Rewrite the text below in other words. Keep its meaning: cancel order 4711
            protected-lost | Please cancel order 47110 today.
            protected-lost | Please cancel my order today.
            """)
    void anAnswerOfNoUseSaysWhy(String reason, String answer) {
        assertThatThrownBy(() -> made(SOURCE, answer.replace("\\n", "\n")))
                .isInstanceOf(CopyException.class)
                .extracting(e -> ((CopyException) e).reason())
                .isEqualTo(reason);
    }

    @Test
    void anAnswerThatWasCutOffOrNeverCameSaysSo() throws IOException {
        try (LocalServer server = new LocalServer(
                (request, body, exchange) -> LocalServer.say(exchange, "Cancel order 4711", "length"))) {
            assertThatThrownBy(() -> paraphrase(server, "").edits(analyzed(SOURCE), Seeds.random(1)))
                    .extracting(e -> ((CopyException) e).reason())
                    .isEqualTo("truncated");
        }
        try (LocalServer server =
                new LocalServer((request, body, exchange) -> LocalServer.send(exchange, 404, "no such model"))) {
            assertThatThrownBy(() -> paraphrase(server, "").edits(analyzed(SOURCE), Seeds.random(2)))
                    .hasMessageContaining("no such model")
                    .extracting(e -> ((CopyException) e).reason())
                    .isEqualTo("no-answer");
        }
    }

    @Test
    void thePromptHasTheTextItsClassAndExamplesOfIt() throws IOException {
        List<String> prompts = new CopyOnWriteArrayList<>();
        try (LocalServer server = LocalServer.saying(prompt -> {
            prompts.add(prompt);
            return "The {label} bill is wrong.";
        })) {
            Augmenter operator = paraphrase(server, """
                    prompt = "A {label} ticket, like these:\\n{examples}\\nIn other words: {text}"
                    examples { billing = ["I was charged twice.", "Why $1?"], other = ["x"] }""");
            AnalyzedText text =
                    new TextAnalyzer().analyze(new Document("d", "The {label} bill seems wrong.", "billing"));
            operator.edits(text, Seeds.random(1));
            assertThat(prompts)
                    .containsExactly("A billing ticket, like these:\nI was charged twice.\nWhy $1?\nIn other words:"
                            + " The {label} bill seems wrong.");
        }
    }

    @Test
    void copiesHaveTheirOwnSeedsAndARepeatedRunAsksNothing() throws IOException {
        try (LocalServer server = new LocalServer((request, body, exchange) -> LocalServer.say(
                exchange,
                "Cancel order 4711 today, version "
                        + (char) ('a' + body.get("seed").asInt() % 26) + ".",
                "stop"))) {
            AnalyzedText text = analyzed(SOURCE);
            List<Proposal> first = paraphrase(server, "")
                    .proposals(List.of(new Asked(text, new long[] {1, 2, 3})))
                    .get(0);
            assertThat(first).hasSize(3).allMatch(each -> each.failure() == null);
            assertThat(server.requests()).isEqualTo(3);
            assertThat(paraphrase(server, "").edits(text, Seeds.random(2)))
                    .isEqualTo(first.get(1).edits());
            assertThat(server.requests()).isEqualTo(3);
        }
    }

    @Test
    void whereOneAnswerIsOfNoUseTheOthersAreAndNothingIsAskedAgain() throws IOException {
        try (LocalServer server = new LocalServer((request, body, exchange) -> LocalServer.say(
                exchange,
                LocalServer.prompt(body).contains("Milan") ? "I cannot do that." : "Come by tomorrow.",
                "stop"))) {
            List<List<Proposal>> made = paraphrase(server, "")
                    .proposals(List.of(
                            new Asked(analyzed("Please do come tomorrow."), new long[] {1}),
                            new Asked(analyzed("we go to Milan then"), new long[] {1, 2})));
            assertThat(made.get(0).get(0).edits()).isNotEmpty();
            assertThat(made.get(1))
                    .hasSize(2)
                    .allMatch(each -> each.failure() instanceof CopyException failure
                            && failure.reason().equals("refused"));
            assertThat(server.requests()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            server { url = "localhost:8000", model = m }                        | allowed is an address such as
            server { model = m }                                                | server.url
            server { url = "http://h/v1" }                                      | server.model
            server { url = "http://h/v1", model = m }, prompt = "Say it"        | {text}
            server { url = "http://h/v1", model = m }, prompt = "{text} {lbael}" | {text}
            server { url = "http://h/v1", model = m }, temperature = 3          | temperature
            """)
    void whatIsWrongInItsSectionIsNamed(String section, String message) {
        assertThatThrownBy(() -> Settings.parse("operator = paraphrase, " + section, Step::read))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }
}
