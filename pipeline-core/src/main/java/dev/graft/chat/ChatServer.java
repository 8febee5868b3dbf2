// SPDX-License-Identifier: Apache-2.0
package dev.graft.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.chat.Chat.Answer.None;
import dev.graft.chat.Chat.Answer.Said;
import dev.graft.config.Secrets;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A model behind the interface of OpenAI's chat completions, which vLLM, llama.cpp, TGI and others serve. What fails for a while
 * (no connection, no answer in time, status 408, 429 or 5xx, an answer that is no JSON of this interface) is asked again, each
 * time after a longer pause; what fails for good says what the server said.
 */
public final class ChatServer implements Chat {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final int LONGEST_MESSAGE = 300;

    private final Access access;
    private final Sampling sampling;
    private final AnswerCache cache;
    private final HttpClient client;
    private final ExecutorService threads;
    private long nextStart = System.nanoTime();

    /**
     * How the server is reached.
     *
     * @param url up to {@code /v1}
     * @param model its name there
     * @param key is sent as a bearer token, and neither printed nor kept
     * @param concurrency requests at a time
     * @param rate requests a second, at most; 0 for any number
     * @param timeout of a request
     * @param retries after the first attempt
     */
    public record Access(
            URI url, String model, Optional<String> key, int concurrency, double rate, Duration timeout, int retries) {
        public Access {
            if (concurrency < 1 || rate < 0 || retries < 0 || timeout.isNegative() || timeout.isZero()) {
                throw new IllegalArgumentException("concurrency " + concurrency + ", rate " + rate + ", retries "
                        + retries + ", timeout " + timeout + "; allowed are at least 1, 0, 0, and above 0");
            }
        }

        /** Without the key. */
        @Override
        public String toString() {
            return model + " at " + Secrets.redacted(url.toString());
        }
    }

    /** What a request came to: an answer, or why there is none and whether it may be asked again. */
    private record Outcome(Answer answer, boolean again, Duration pause) {}

    /** @param cache folder of the answers that are there already */
    public ChatServer(Access access, Sampling sampling, Path cache) {
        this.access = access;
        this.sampling = sampling;
        this.cache = new AnswerCache(cache);
        client = HttpClient.newBuilder().connectTimeout(access.timeout()).build();
        threads = Executors.newFixedThreadPool(access.concurrency(), task -> {
            Thread thread = new Thread(task, "chat");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public List<Answer> answers(List<Question> questions) {
        List<Future<Answer>> asked = new ArrayList<>();
        questions.forEach(question -> asked.add(threads.submit(() -> answer(question))));
        List<Answer> answers = new ArrayList<>();
        try {
            for (Future<Answer> each : asked) {
                answers.add(each.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + access + " was asked", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(access + ": " + e.getCause(), e.getCause());
        } finally {
            asked.forEach(each -> each.cancel(true));
        }
        return answers;
    }

    private Answer answer(Question question) throws InterruptedException {
        String body = body(question);
        String asked = access.url() + "\n" + body;
        Optional<Said> known = cache.read(asked);
        if (known.isPresent()) {
            return known.get();
        }
        SplittableRandom random = new SplittableRandom(question.seed());
        for (int attempt = 0; ; attempt++) {
            Outcome outcome = ask(body);
            if (outcome.answer instanceof Said said) {
                cache.write(asked, said);
            }
            if (!outcome.again || attempt == access.retries()) {
                return outcome.answer;
            }
            TimeUnit.NANOSECONDS.sleep(Math.max(outcome.pause.toNanos(), pause(attempt, random)));
        }
    }

    /** Twice as long each time, and up to half as long again, so that those who failed at once do not ask at once. */
    private static long pause(int attempt, SplittableRandom random) {
        long pause = FIRST_PAUSE.toNanos() << Math.min(attempt, 16);
        return (long) (Math.min(pause, LONGEST_PAUSE.toNanos()) * (1 + random.nextDouble() / 2));
    }

    private String body(Question question) {
        ObjectNode body = JSON.createObjectNode()
                .put("model", access.model())
                .put("temperature", sampling.temperature())
                .put("top_p", sampling.topP())
                .put("max_tokens", sampling.maxTokens())
                .put("seed", question.seed())
                .put("stream", false);
        body.putArray("messages").addObject().put("role", "user").put("content", question.prompt());
        return body.toString();
    }

    private Outcome ask(String body) throws InterruptedException {
        awaitTurn();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(access.url() + "/chat/completions"))
                .timeout(access.timeout())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        access.key().ifPresent(key -> request.header("Authorization", "Bearer " + key));
        try {
            return outcome(client.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException e) {
            return failed("no answer: " + e, true, Duration.ZERO);
        }
    }

    /** Starts are spread so that there are no more of them a second than the rate. */
    private void awaitTurn() throws InterruptedException {
        if (access.rate() == 0) {
            return;
        }
        long start;
        synchronized (this) {
            start = Math.max(nextStart, System.nanoTime());
            nextStart = start + (long) (TimeUnit.SECONDS.toNanos(1) / access.rate());
        }
        TimeUnit.NANOSECONDS.sleep(start - System.nanoTime());
    }

    private Outcome outcome(HttpResponse<String> response) {
        int status = response.statusCode();
        if (status == 200) {
            return said(response.body());
        }
        boolean again = status == 408 || status == 429 || status >= 500;
        return failed("status " + status + ": " + response.body(), again, retryAfter(response));
    }

    private Outcome said(String body) {
        JsonNode choice;
        try {
            choice = JSON.readTree(body).path("choices").path(0);
        } catch (IOException e) {
            return failed("no JSON: " + body, true, Duration.ZERO);
        }
        JsonNode content = choice.path("message").path("content");
        if (!content.isTextual() || !choice.path("finish_reason").isTextual()) {
            return failed("no choices[0] with message.content and finish_reason: " + body, true, Duration.ZERO);
        }
        boolean whole = choice.get("finish_reason").asText().equals("stop");
        return new Outcome(new Said(content.asText(), whole), false, Duration.ZERO);
    }

    private Duration retryAfter(HttpResponse<String> response) {
        Optional<String> seconds =
                response.headers().firstValue("Retry-After").filter(each -> each.matches("\\d{1,6}"));
        Duration asked = Duration.ofSeconds(seconds.map(Long::parseLong).orElse(0L));
        return asked.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : asked;
    }

    private Outcome failed(String reason, boolean again, Duration pause) {
        String plain = access.key().map(key -> reason.replace(key, "***")).orElse(reason);
        String told = access + ": " + Secrets.redacted(plain);
        return new Outcome(
                new None(told.length() > LONGEST_MESSAGE ? told.substring(0, LONGEST_MESSAGE) + "..." : told),
                again,
                pause);
    }
}
