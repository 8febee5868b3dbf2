// SPDX-License-Identifier: Apache-2.0
package dev.graft.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A server on this machine that answers as a test wants, and remembers what it was asked. */
public final class LocalServer implements AutoCloseable {
    /** What becomes of the n-th request, from 0. */
    @FunctionalInterface
    public interface Behaviour {
        void answer(int request, JsonNode body, HttpExchange exchange) throws Exception;
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final List<String> keys = new CopyOnWriteArrayList<>();

    public LocalServer(Behaviour behaviour) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "local server");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/v1/chat/completions", exchange -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            try (exchange) {
                keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
                behaviour.answer(
                        requests.getAndIncrement(),
                        JSON.readTree(exchange.getRequestBody().readAllBytes()),
                        exchange);
            } catch (Exception e) {
                throw new IOException(e);
            } finally {
                running.decrementAndGet();
            }
        });
        server.start();
    }

    /** Answers each prompt as a model would that does this. */
    public static LocalServer saying(Function<String, String> model) throws IOException {
        return new LocalServer((request, body, exchange) -> say(exchange, model.apply(prompt(body)), "stop"));
    }

    public static String prompt(JsonNode body) {
        return body.at("/messages/0/content").asText();
    }

    public static void say(HttpExchange exchange, String text, String finish) throws IOException {
        var answer = JSON.createObjectNode();
        var choice = answer.putArray("choices").addObject().put("finish_reason", finish);
        choice.putObject("message").put("role", "assistant").put("content", text);
        send(exchange, 200, answer.toString());
    }

    public static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        try (var out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
    }

    public ChatServer.Access access(int concurrency, double rate, Duration timeout, int retries) {
        return new ChatServer.Access(url(), "instruct", Optional.of("s3cret-key"), concurrency, rate, timeout, retries);
    }

    public int requests() {
        return requests.get();
    }

    /** Requests at a time, at most. */
    public int most() {
        return most.get();
    }

    public List<String> keys() {
        return keys;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
