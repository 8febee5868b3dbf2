// SPDX-License-Identifier: Apache-2.0
package dev.graft.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.config.ConfigException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a standalone master's web UI what its workers have; an application never learns it from Spark. */
final class StandaloneMaster {
    private static final Logger log = LoggerFactory.getLogger(StandaloneMaster.class);
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final ObjectMapper JSON = new ObjectMapper();

    private StandaloneMaster() {}

    /**
     * Checks that a worker could start one of the executors that the settings ask for. Where the master is another one
     * or its web UI does not answer nothing is known, and nothing is said.
     *
     * @throws ConfigException if no worker has as many GPUs as an executor is to have
     */
    static void requireGpus(SparkConf conf) {
        String master = conf.get("spark.master", "");
        if (!master.startsWith("spark://") || !conf.contains(Placement.AMOUNT)) {
            return;
        }
        int wanted = conf.getInt(Placement.AMOUNT, 1);
        int port = conf.getInt("spark.master.ui.port", 8080);
        for (String address : master.substring("spark://".length()).split(",")) {
            Optional<JsonNode> state = state(address, port);
            // A standby of several masters answers too, and knows no workers.
            if (state.isPresent() && state.get().path("status").asText().equals("ALIVE")) {
                requireGpus(state.get().path("workers"), wanted, master);
                return;
            }
        }
    }

    private static void requireGpus(JsonNode workers, int wanted, String master) {
        List<String> seen = new ArrayList<>();
        for (JsonNode worker : workers) {
            if (!worker.path("state").asText().equals("ALIVE")) {
                continue;
            }
            int gpus = worker.path("resources").path("gpu").path("addresses").size();
            if (gpus >= wanted) {
                return;
            }
            seen.add(worker.path("host").asText() + " " + gpus);
        }
        throw new ConfigException(List.of(Placement.AMOUNT + "=" + wanted + " with master " + master
                + ": no worker has so many GPUs and Spark would wait for ever; GPUs of its workers: "
                + (seen.isEmpty() ? "it has no worker" : String.join(", ", seen))
                + ". Start workers with spark.worker.resource.gpu.amount and .discoveryScript"
                + " (conf/spark/gpu-standalone.conf), or do not set " + Placement.AMOUNT));
    }

    private static Optional<JsonNode> state(String address, int port) {
        int colon = address.lastIndexOf(':');
        String host = colon < 0 ? address : address.substring(0, colon);
        String page = "http://" + host + ":" + port + "/json/";
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(page)).timeout(ANSWER).build();
            HttpResponse<String> answer = HttpClient.newBuilder()
                    .connectTimeout(CONNECT)
                    .build()
                    .send(request, HttpResponse.BodyHandlers.ofString());
            JsonNode state = JSON.readTree(answer.body());
            // Another master may sit on the default port: believe only the one that was asked for.
            boolean same = state.path("url").asText().endsWith(address.substring(Math.max(colon, 0)));
            return answer.statusCode() == 200 && same ? Optional.of(state) : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            log.info("{} does not say which GPUs the workers have ({})", page, e.toString());
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
