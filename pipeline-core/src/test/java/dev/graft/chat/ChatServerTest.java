// SPDX-License-Identifier: Apache-2.0
package dev.graft.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.chat.Chat.Answer;
import dev.graft.chat.Chat.Answer.None;
import dev.graft.chat.Chat.Answer.Said;
import dev.graft.chat.Chat.Question;
import dev.graft.chat.LocalServer.Behaviour;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ChatServerTest {
    private static final Sampling SAMPLING = new Sampling(0.7, 0.95, 64);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofSeconds(2);

    @TempDir
    private Path cache;

    private ChatServer chat(LocalServer server, int concurrency, double rate, int retries) {
        return new ChatServer(server.access(concurrency, rate, TIMEOUT, retries), SAMPLING, cache);
    }

    private static List<Question> questions(int many) {
        return IntStream.range(0, many)
                .mapToObj(i -> new Question("question " + i, i))
                .toList();
    }

    @Test
    void eachQuestionHasItsAnswerWithItsSeedAndKey() throws IOException {
        try (LocalServer server = new LocalServer((request, body, exchange) -> LocalServer.say(
                exchange,
                LocalServer.prompt(body) + " seed " + body.get("seed") + " of "
                        + body.get("model").asText(),
                "stop"))) {
            assertThat(chat(server, 4, 0, 0).answers(questions(20)))
                    .isEqualTo(IntStream.range(0, 20)
                            .mapToObj(i -> (Answer) new Said("question " + i + " seed " + i + " of instruct", true))
                            .toList());
            assertThat(server.keys()).hasSize(20).containsOnly("Bearer s3cret-key");
        }
    }

    @Test
    void nothingIsAskedTwice() throws IOException {
        try (LocalServer server = LocalServer.saying(prompt -> "to " + prompt)) {
            List<Answer> first = chat(server, 2, 0, 0).answers(questions(5));
            assertThat(chat(server, 2, 0, 0).answers(questions(7)).subList(0, 5))
                    .isEqualTo(first);
            assertThat(server.requests()).isEqualTo(7);
            assertThat(chat(server, 1, 0, 0).answers(List.of(new Question("question 0", 99))))
                    .as("another seed is another question")
                    .hasSize(1);
            assertThat(server.requests()).isEqualTo(8);
        }
    }

    @Test
    void aDamagedAnswerInTheCacheIsAskedForAgain() throws IOException {
        try (LocalServer server = LocalServer.saying(prompt -> "to " + prompt)) {
            List<Answer> first = chat(server, 1, 0, 0).answers(questions(1));
            Path file;
            try (Stream<Path> kept = Files.walk(cache)) {
                file = kept.filter(Files::isRegularFile).findFirst().orElseThrow();
            }
            Files.writeString(file, Files.readString(file).substring(0, 9));
            assertThat(chat(server, 1, 0, 0).answers(questions(1))).isEqualTo(first);
            assertThat(server.requests()).isEqualTo(2);
        }
    }

    @Test
    void noMoreRequestsAtATimeOrASecondThanAllowed() throws IOException {
        try (LocalServer server = new LocalServer((request, body, exchange) -> {
            Thread.sleep(20);
            LocalServer.say(exchange, "yes", "stop");
        })) {
            chat(server, 3, 0, 0).answers(questions(12));
            assertThat(server.most()).isBetween(2, 3);
            long start = System.nanoTime();
            chat(server, 3, 20, 0)
                    .answers(IntStream.range(0, 11)
                            .mapToObj(i -> new Question("slowly " + i, i))
                            .toList());
            assertThat((System.nanoTime() - start) / 1e9)
                    .as("11 starts at 20 a second")
                    .isGreaterThan(0.45);
        }
    }

    /** What goes wrong at first, and is right when it is asked again. */
    static Stream<Arguments> passing() {
        return Stream.of(
                Arguments.of(
                        "429", (Behaviour) (request, body, exchange) -> LocalServer.send(exchange, 429, "slow down")),
                Arguments.of("500", (Behaviour) (request, body, exchange) -> LocalServer.send(exchange, 500, "oops")),
                Arguments.of("cut off", (Behaviour) (request, body, exchange) -> {
                    exchange.sendResponseHeaders(200, 1000);
                    exchange.getResponseBody().write("{\"choices\": [{".getBytes(StandardCharsets.UTF_8));
                    exchange.close();
                }),
                Arguments.of("too slow", (Behaviour) (request, body, exchange) -> {
                    Thread.sleep(2500);
                    LocalServer.say(exchange, "too late", "stop");
                }),
                Arguments.of("no JSON", (Behaviour)
                        (request, body, exchange) -> LocalServer.send(exchange, 200, "<html>login</html>")),
                Arguments.of("other JSON", (Behaviour)
                        (request, body, exchange) -> LocalServer.send(exchange, 200, "{\"choices\": []}")),
                Arguments.of("content is no text", (Behaviour) (request, body, exchange) -> LocalServer.send(
                        exchange, 200, "{\"choices\":[{\"message\":{\"content\":7},\"finish_reason\":\"stop\"}]}")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("passing")
    void whatFailsForAWhileIsAskedAgain(String name, Behaviour wrong) throws IOException {
        Behaviour atFirst = (request, body, exchange) -> {
            if (request < 2) {
                wrong.answer(request, body, exchange);
            } else {
                LocalServer.say(exchange, "at last", "stop");
            }
        };
        try (LocalServer server = new LocalServer(atFirst)) {
            Duration timeout = name.equals("too slow") ? SHORT : TIMEOUT;
            assertThat(new ChatServer(server.access(1, 0, timeout, 2), SAMPLING, cache).answers(questions(1)))
                    .containsExactly(new Said("at last", true));
            assertThat(server.requests()).isEqualTo(3);
        }
        try (LocalServer server = new LocalServer(wrong)) {
            List<Answer> given = new ChatServer(
                            server.access(1, 0, name.equals("too slow") ? SHORT : TIMEOUT, 1),
                            SAMPLING,
                            cache.resolve("other"))
                    .answers(questions(1));
            assertThat(given).singleElement().isInstanceOf(None.class);
            assertThat(given.toString())
                    .contains("instruct at http://127.0.0.1:")
                    .doesNotContain("s3cret");
            assertThat(server.requests()).isEqualTo(2);
        }
    }

    @Test
    void whatFailsForGoodIsNotAskedAgainAndSaysWhatTheServerSaidButNoSecret() throws IOException {
        try (LocalServer server = new LocalServer((request, body, exchange) ->
                LocalServer.send(exchange, 401, "bad key s3cret-key, see https://me:pass@host/"))) {
            assertThat(chat(server, 1, 0, 5).answers(questions(1)).toString())
                    .contains("status 401: bad key ***")
                    .doesNotContain("s3cret", "pass@");
            assertThat(server.requests()).isEqualTo(1);
            assertThat(server.access(1, 0, TIMEOUT, 0).toString()).doesNotContain("s3cret");
        }
    }

    @Test
    void anAnswerThatWasCutOffIsNotWhole() throws IOException {
        try (LocalServer server =
                new LocalServer((request, body, exchange) -> LocalServer.say(exchange, "half of", "length"))) {
            assertThat(chat(server, 1, 0, 0).answers(questions(1))).containsExactly(new Said("half of", false));
        }
    }

    @Test
    void aServerThatIsNotThereIsNamed() {
        ChatServer nobody = new ChatServer(
                new ChatServer.Access(URI.create("http://127.0.0.1:1/v1"), "m", Optional.empty(), 1, 0, SHORT, 0),
                SAMPLING,
                cache);
        assertThat(nobody.answers(questions(1)).toString()).contains("m at http://127.0.0.1:1/v1: no answer");
    }

    @Test
    void whatIsOutOfBoundsIsRefused() {
        assertThatThrownBy(() -> new Sampling(3, 1, 1)).hasMessageContaining("allowed are 0 to 2");
        assertThatThrownBy(() -> new ChatServer.Access(URI.create("http://h"), "m", Optional.empty(), 0, 0, SHORT, 0))
                .hasMessageContaining("concurrency 0");
    }
}
