// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.train.Figures;
import dev.graft.train.Progress;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A run on a tracking server of MLflow, by its REST API 2.0: metrics by step, parameters, and how it ended. What a training is for does not
 * hang on it: a server that does not answer is told of once, and asked no more. The API is spoken as it is, in five calls: the Java client
 * is 8.6 MB, with an HTTP client and a protobuf of its own inside, and older than the servers of today.
 */
public final class MlflowRun implements Progress, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** What the server takes at once: metrics of a batch, parameters of a batch, and chars of a parameter. */
    private static final int MOST_METRICS = 1000;

    private static final int MOST_PARAMETERS = 100;
    private static final int LONGEST = 6000;
    private static final long SENT_MILLIS = 5000;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final String server;
    private final Optional<String> authorization;
    private final Clock clock;
    private final Consumer<String> warned;
    private final ArrayNode waiting = JSON.createArrayNode();
    private String id = "";
    private long sent;
    private boolean finished;

    /**
     * Begins a run.
     *
     * @param server the tracking URI, of http or https
     * @param authorization the header, if the server wants one
     * @param experiment by name; made where there is none
     * @param name of the run
     * @param parameters by key; of each, the server keeps the first {@value #LONGEST} chars
     * @param warned gets a line, once, where the server can't be asked
     */
    public MlflowRun(
            String server,
            Optional<String> authorization,
            String experiment,
            String name,
            Map<String, String> parameters,
            Clock clock,
            Consumer<String> warned) {
        this.server = server.replaceAll("/+$", "");
        this.authorization = authorization;
        this.clock = clock;
        this.warned = warned;
        attempt(() -> {
            ObjectNode run = JSON.createObjectNode()
                    .put("experiment_id", experiment(experiment))
                    .put("run_name", name)
                    .put("start_time", clock.millis());
            id = post("runs/create", run).at("/run/info/run_id").asText();
            sent = clock.millis();
            ArrayNode some = JSON.createArrayNode();
            for (Map.Entry<String, String> each : parameters.entrySet()) {
                String value = each.getValue();
                some.addObject()
                        .put("key", each.getKey().replaceAll("[^\\w.\\-/ ]", "_"))
                        .put("value", value.substring(0, Math.min(LONGEST, value.length())));
                if (some.size() == MOST_PARAMETERS) {
                    batch("params", some);
                    some = JSON.createArrayNode();
                }
            }
            if (!some.isEmpty()) {
                batch("params", some);
            }
        });
    }

    private String experiment(String name) throws IOException, InterruptedException {
        HttpResponse<String> known = send(HttpRequest.newBuilder(
                uri("experiments/get-by-name?experiment_name=" + URLEncoder.encode(name, StandardCharsets.UTF_8))));
        return known.statusCode() == 404
                ? post("experiments/create", JSON.createObjectNode().put("name", name))
                        .path("experiment_id")
                        .asText()
                : body(known).at("/experiment/experiment_id").asText();
    }

    @Override
    public void after(Step step) {
        add(step.number(), Map.of("train/loss", step.loss(), "train/learning-rate", step.learningRate()));
    }

    @Override
    public void evaluated(int step, Figures figures) {
        add(step, EventFile.validation(figures));
    }

    private void add(int step, Map<String, Double> values) {
        if (id.isEmpty()) {
            return;
        }
        values.forEach((name, value) -> waiting.addObject()
                .put("key", name)
                .put("value", value)
                .put("timestamp", clock.millis())
                .put("step", step));
        if (clock.millis() - sent >= SENT_MILLIS || waiting.size() > MOST_METRICS / 2) {
            attempt(this::flush);
        }
    }

    /** The training came to its end: without this, {@link #close} says that it failed. */
    public void finished() {
        finished = true;
    }

    @Override
    public void close() {
        attempt(() -> {
            flush();
            post(
                    "runs/update",
                    JSON.createObjectNode()
                            .put("run_id", id)
                            .put("status", finished ? "FINISHED" : "FAILED")
                            .put("end_time", clock.millis()));
        });
    }

    private void flush() throws IOException, InterruptedException {
        if (!waiting.isEmpty()) {
            batch("metrics", waiting);
            waiting.removeAll();
        }
        sent = clock.millis();
    }

    private void batch(String kind, ArrayNode some) throws IOException, InterruptedException {
        ObjectNode batch = JSON.createObjectNode().put("run_id", id);
        batch.set(kind, some);
        post("runs/log-batch", batch);
    }

    private interface Call {
        void run() throws IOException, InterruptedException;
    }

    private boolean lost;

    private void attempt(Call call) {
        if (lost) {
            return;
        }
        try {
            call.run();
        } catch (IOException | IllegalArgumentException e) {
            lose(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            lose(e);
        }
    }

    private void lose(Exception why) {
        lost = true;
        id = "";
        waiting.removeAll();
        warned.accept("MLflow at " + server + " is told no more, and the training goes on: " + why);
    }

    private URI uri(String call) {
        return URI.create(server + "/api/2.0/mlflow/" + call);
    }

    private JsonNode post(String call, ObjectNode content) throws IOException, InterruptedException {
        return body(send(HttpRequest.newBuilder(uri(call))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(content)))));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        authorization.ifPresent(header -> request.header("Authorization", header));
        return client.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode body(HttpResponse<String> response) throws IOException {
        if (response.statusCode() != 200) {
            String said = response.body();
            throw new IOException(
                    "status " + response.statusCode() + ": " + said.substring(0, Math.min(300, said.length())));
        }
        return JSON.readTree(response.body());
    }
}
