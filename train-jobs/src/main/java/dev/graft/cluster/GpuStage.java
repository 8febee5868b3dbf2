// SPDX-License-Identifier: Apache-2.0
package dev.graft.cluster;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;

/**
 * Runs pieces of work side by side, as the tasks of one ordinary Spark job: a lost executor costs one retried task.
 *
 * <p>Where the executors have GPUs each task holds one of its own, by a resource profile that concerns tasks only, so
 * that the application's other stages hold none. In local mode, and without GPUs, the work runs on the CPU.
 */
public final class GpuStage {
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Pattern FAILED_TASK = Pattern.compile("Task (\\d+) in stage");

    private final JavaSparkContext spark;
    private final Placement placement;
    private final Duration patience;

    /**
     * @param patience how long to wait while none of the stage's tasks runs, before it is cancelled; long enough for
     *     the cluster to start its executors
     * @throws dev.graft.config.ConfigException if Spark's settings contradict each other, the choice, or what a
     *     standalone cluster's workers have
     */
    public GpuStage(JavaSparkContext spark, DeviceChoice choice, Duration patience) {
        if (patience.isNegative() || patience.isZero()) {
            throw new IllegalArgumentException("patience is " + patience + "; allowed is more than nothing");
        }
        this.spark = Objects.requireNonNull(spark);
        this.placement = Placement.of(spark.getConf(), choice);
        this.patience = patience;
        StandaloneMaster.requireGpus(spark.getConf());
    }

    /** Where the pieces will run. */
    public Placement placement() {
        return placement;
    }

    /**
     * Runs every piece, each as a task of its own.
     *
     * @param what the stage's name in the log, in Spark's UI and in errors, such as {@code training}
     * @return the results in the order of the pieces
     * @throws StageException if a piece failed as often as Spark retries it, or if nothing ran for as long as patience
     *     lasts; the job is then cancelled
     */
    public <T, R> List<R> run(String what, List<Piece<T>> pieces, Work<T, R> work) {
        if (pieces.isEmpty()) {
            return List.of();
        }
        boolean gpu = placement.gpu();
        int threads = placement.threads(pieces.size());
        JavaRDD<R> results = spark.parallelize(pieces, pieces.size()).map(piece -> perform(piece, work, gpu, threads));
        if (gpu) {
            results = results.withResources(oneGpu(placement.cpus()));
        }
        List<String> names = pieces.stream().map(Piece::name).toList();
        String token = UUID.randomUUID().toString();
        StageWatch watch = new StageWatch(token, what, names);
        spark.sc().addSparkListener(watch);
        spark.setLocalProperty(StageWatch.PROPERTY, token);
        spark.sc().setJobDescription(what);
        try {
            List<R> all = await(what, names, results.collectAsync(), watch);
            watch.hearOut();
            return all;
        } finally {
            spark.sc().setJobDescription(null);
            spark.setLocalProperty(StageWatch.PROPERTY, null);
            spark.sc().removeSparkListener(watch);
        }
    }

    private static ResourceProfile oneGpu(int cpus) {
        return new ResourceProfileBuilder()
                .require(new TaskResourceRequests().cpus(cpus).resource("gpu", 1))
                .build();
    }

    private <R> List<R> await(String what, List<String> names, JavaFutureAction<List<R>> job, StageWatch watch) {
        Duration idle = Duration.ZERO;
        while (true) {
            try {
                return job.get(POLL.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                idle = watch.anyRunning() ? Duration.ZERO : idle.plus(POLL);
                if (idle.compareTo(patience) >= 0) {
                    job.cancel(true);
                    throw new StageException(nothingRan(what, names.size()));
                }
            } catch (ExecutionException e) {
                throw failure(what, names, e.getCause() == null ? e : e.getCause());
            } catch (CancellationException e) {
                throw new StageException(what + " was cancelled", e);
            } catch (InterruptedException e) {
                job.cancel(true);
                Thread.currentThread().interrupt();
                throw new StageException(what + " was interrupted", e);
            }
        }
    }

    private String nothingRan(String what, int tasks) {
        // The driver is listed among the executors.
        int executors = spark.sc().statusTracker().getExecutorInfos().length - 1;
        String each = placement.cpus() + " CPU" + (placement.gpu() ? " and 1 GPU" : "");
        return what + ": none of its tasks ran for " + StageWatch.spoken(patience.toMillis())
                + "; the job is cancelled. "
                + "Asked for: " + tasks + " tasks of " + each + " each, of " + spark.master()
                + ", which gave the application " + executors + (executors == 1 ? " executor" : " executors") + ". "
                + (executors == 0
                        ? "Is a worker free that has the cores, the memory"
                                + (spark.getConf().contains(Placement.AMOUNT)
                                        ? " and the GPUs (" + Placement.AMOUNT + "="
                                                + spark.getConf().get(Placement.AMOUNT) + ")"
                                        : "")
                                + " of one executor?"
                        : "Has an executor as many cores as spark.task.cpus=" + placement.cpus()
                                + ", and are they not taken by another stage?");
    }

    private static StageException failure(String what, List<String> names, Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof StageException known) {
                return new StageException(what + ": " + known.getMessage(), known.getCause());
            }
        }
        String message = String.valueOf(thrown.getMessage());
        Matcher task = FAILED_TASK.matcher(message);
        String name = task.find() ? names.get(Integer.parseInt(task.group(1))) + " failed: " : "";
        return new StageException(
                what + ": " + name + message.lines().findFirst().orElse(thrown.toString()), thrown);
    }

    private static TaskDevice device(boolean gpu, int threads) {
        if (!gpu) {
            return TaskDevice.cpu(threads);
        }
        Map<String, ResourceInformation> resources = TaskContext.get().resourcesJMap();
        ResourceInformation gpus = resources.get("gpu");
        if (gpus == null || gpus.addresses().length == 0) {
            throw new StageException("Spark gave the task no GPU; it gave " + resources.keySet());
        }
        return TaskDevice.gpu(gpus.addresses()[0], System.getenv("CUDA_VISIBLE_DEVICES"), threads);
    }

    private static <T, R> R perform(Piece<T> piece, Work<T, R> work, boolean gpu, int threads) {
        String where = SparkEnv.get().blockManager().blockManagerId().host();
        try {
            TaskDevice device = device(gpu, threads);
            where = device + " of " + where;
            return work.run(piece.item(), device);
        } catch (Exception | LinkageError e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            int attempt = TaskContext.get().attemptNumber() + 1;
            throw new StageException(
                    piece.name() + " failed on " + where + " in attempt " + attempt + ": " + chain(e), sendable(e));
        }
    }

    /** The messages of an exception and its causes, in one line. */
    private static String chain(Throwable thrown) {
        StringBuilder text = new StringBuilder(thrown.toString());
        for (Throwable cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
            text.append(", caused by ").append(cause);
        }
        return text.toString();
    }

    /** Spark drops an exception that does not serialise, and with it the piece's name. */
    private static Throwable sendable(Throwable thrown) {
        try (ObjectOutputStream out = new ObjectOutputStream(OutputStream.nullOutputStream())) {
            out.writeObject(thrown);
            return thrown;
        } catch (IOException e) {
            RuntimeException standIn = new RuntimeException(chain(thrown));
            standIn.setStackTrace(thrown.getStackTrace());
            return standIn;
        }
    }
}
