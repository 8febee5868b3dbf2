// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.tracking;

import dev.graft.train.Figures;
import dev.graft.train.Progress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Those who are told of one training: TensorBoard's files in its folder and, where the environment names a server as MLflow's own clients
 * read it, a run there.
 */
public final class Trackers implements Progress, AutoCloseable {
    /** The folder of the event files, below that of the training. */
    public static final String TENSORBOARD = "tensorboard";

    private final EventFile events;
    private final Optional<MlflowRun> mlflow;
    private final Progress all;

    /**
     * @param folder of the training, on this machine
     * @param experiment where {@code MLFLOW_EXPERIMENT_NAME} says no other
     * @param run its name
     * @param parameters by key
     * @param environment of the process: {@code MLFLOW_TRACKING_URI}, {@code MLFLOW_TRACKING_TOKEN}, or
     *     {@code MLFLOW_TRACKING_USERNAME} and {@code MLFLOW_TRACKING_PASSWORD}
     * @param warned gets a line where the server can't be asked
     */
    public Trackers(
            Path folder,
            String experiment,
            String run,
            Map<String, String> parameters,
            Map<String, String> environment,
            Clock clock,
            Consumer<String> warned) {
        events = new EventFile(folder.resolve(TENSORBOARD), clock);
        mlflow = Optional.ofNullable(environment.get("MLFLOW_TRACKING_URI"))
                .filter(uri -> !uri.isBlank())
                .map(uri -> new MlflowRun(
                        uri,
                        authorization(environment),
                        environment.getOrDefault("MLFLOW_EXPERIMENT_NAME", experiment),
                        run,
                        parameters,
                        clock,
                        warned));
        all = mlflow.<Progress>map(server -> Progress.all(java.util.List.of(events, server)))
                .orElse(events);
    }

    private static Optional<String> authorization(Map<String, String> environment) {
        String token = environment.get("MLFLOW_TRACKING_TOKEN");
        String user = environment.get("MLFLOW_TRACKING_USERNAME");
        if (token != null) {
            return Optional.of("Bearer " + token);
        }
        return Optional.ofNullable(user).map(name -> {
            String both = name + ":" + environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", "");
            return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
        });
    }

    @Override
    public void after(Step step) {
        all.after(step);
    }

    @Override
    public void evaluated(int step, Figures figures) {
        all.evaluated(step, figures);
    }

    /** The training came to its end. */
    public void finished() {
        mlflow.ifPresent(MlflowRun::finished);
    }

    @Override
    public void close() {
        mlflow.ifPresent(MlflowRun::close);
        events.close();
    }
}
