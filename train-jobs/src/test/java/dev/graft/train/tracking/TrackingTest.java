// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.graft.train.Figures;
import dev.graft.train.Progress.Step;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What is told of a training beside the lines of a log. */
class TrackingTest {
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(1_700_000_000, 500_000_000), ZoneOffset.UTC);
    private static final Figures FIGURES = new Figures(1.25, Map.of("accuracy", 0.5));

    /** Read once by tensorboard's own EventFileLoader: two steps and an evaluation, with these values. */
    @Test
    void anEventFileHasTheBytesThatTensorBoardReads(@TempDir Path folder) throws IOException {
        try (EventFile file = new EventFile(folder.resolve("tensorboard"), CLOCK)) {
            file.after(new Step(1, 2, 2.5, 1e-3, 4, 100));
            file.after(new Step(2, 2, 1.5, 5e-4, 4, 100));
            file.evaluated(2, FIGURES);
        }
        try (Stream<Path> files = Files.list(folder.resolve("tensorboard"))) {
            Path only = files.toList().get(0);
            assertThat(only.getFileName()).hasToString("events.out.tfevents.1700000000.500000000.graft");
            assertThat(HexFormat.of().formatHex(Files.readAllBytes(only)))
                    .isEqualTo(Files.readString(Path.of("src/test/resources/tracking/events.hex"))
                            .strip());
        }
    }

    private static MlflowRun run(String server, List<String> warnings) {
        return new MlflowRun(
                server,
                Optional.of("Bearer secret"),
                "graft/tests",
                "run",
                Map.of("train.learning-rate", "0.001", "corpus.train", "x".repeat(9000)),
                Clock.systemUTC(),
                warnings::add);
    }

    private static void train(MlflowRun run) {
        for (int step = 1; step <= 3; step++) {
            run.after(new Step(step, 3, 1.0 / step, 1e-3, 1, 1));
        }
        run.evaluated(3, FIGURES);
        run.finished();
        run.close();
    }

    @Test
    void aServerThatIsAwayIsToldOfOnceAndTheTrainingGoesOn() throws IOException {
        List<String> warnings = new ArrayList<>();
        train(run("http://127.0.0.1:1", warnings));
        assertThat(warnings).singleElement().asString().contains("http://127.0.0.1:1", "the training goes on");

        warnings.clear();
        List<String> calls = new ArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            calls.add(exchange.getRequestURI().getPath());
            boolean created = calls.size() <= 3;
            byte[] said = (created
                            ? "{\"experiment\": {\"experiment_id\": \"7\"}, \"run\": {\"info\": {\"run_id\": \"r\"}}}"
                            : "full")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(created ? 200 : 500, said.length);
            exchange.getResponseBody().write(said);
            exchange.close();
        });
        server.start();
        try {
            train(run("http://127.0.0.1:" + server.getAddress().getPort() + "/", warnings));
        } finally {
            server.stop(0);
        }
        assertThat(warnings).singleElement().asString().contains("status 500: full");
        assertThat(calls).hasSize(4).last().isEqualTo("/api/2.0/mlflow/runs/log-batch");
        run("mlflow.example.org", warnings).close();
        assertThat(warnings).hasSize(2);
    }

    /** A server of its own version: {@code mlflow server --port 5000}, and {@code -Dgraft.mlflow=http://127.0.0.1:5000}. */
    @Test
    @EnabledIfSystemProperty(named = "graft.mlflow", matches = "http.*")
    void aRealServerKeepsWhatItIsTold() throws IOException, InterruptedException {
        String server = System.getProperty("graft.mlflow");
        List<String> warnings = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            train(run(server, warnings));
        }
        assertThat(warnings).isEmpty();
        JsonNode runs = asked(server, "experiments/get-by-name?experiment_name=graft%2Ftests");
        String experiment = runs.at("/experiment/experiment_id").asText();
        HttpResponse<String> found = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(server + "/api/2.0/mlflow/runs/search"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(
                                        "{\"experiment_ids\": [\"" + experiment + "\"]}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        JsonNode run = new ObjectMapper().readTree(found.body()).at("/runs/0");
        assertThat(run.at("/info/status").asText()).isEqualTo("FINISHED");
        assertThat(run.at("/info/run_name").asText()).isEqualTo("run");
        assertThat(run.at("/data/params")).hasSize(2);
        assertThat(run.at("/data/metrics").findValuesAsText("key"))
                .containsExactlyInAnyOrder(
                        "train/loss", "train/learning-rate", "validation/loss", "validation/accuracy");
        JsonNode history = asked(
                server,
                "metrics/get-history?metric_key=train%2Floss&run_id="
                        + run.at("/info/run_id").asText());
        assertThat(history.at("/metrics").findValuesAsText("step")).containsExactly("1", "2", "3");
    }

    private static JsonNode asked(String server, String call) throws IOException, InterruptedException {
        return new ObjectMapper()
                .readTree(HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create(server + "/api/2.0/mlflow/" + call))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body());
    }

    @Test
    void aBarIsOneLineThatGrows() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ProgressBar bar = new ProgressBar("train", new PrintStream(bytes, true, StandardCharsets.UTF_8));
        bar.after(new Step(1, 4, 2.5, 1e-3, 4, 100));
        bar.evaluated(1, FIGURES);
        bar.after(new Step(4, 4, 1.5, 1e-3, 4, 100));
        String[] lines = bytes.toString(StandardCharsets.UTF_8).split("\r\u001b\\[K");
        assertThat(lines[1])
                .startsWith("train ██████░░░░░░░░░░░░░░░░░░ 1/4  loss 2.500  ")
                .contains("tokens/s", " left");
        assertThat(lines[2]).isEqualTo("train: step 1, on the validation part: loss 1.250, accuracy 0.500\n");
        assertThat(lines[3]).startsWith("train " + "█".repeat(24) + " 4/4").endsWith("0:00 left\n");
        assertThat(lines).hasSize(4);
    }
}
