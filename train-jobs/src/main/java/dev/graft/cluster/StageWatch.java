// SPDX-License-Identifier: Apache-2.0
package dev.graft.cluster;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.Success$;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.TaskInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows one stage: says what is done and how long the rest will take, and knows whether anything runs. */
final class StageWatch extends SparkListener {
    static final String PROPERTY = "dev.graft.stage";
    private static final Logger log = LoggerFactory.getLogger(StageWatch.class);

    private final String token;
    private final String what;
    private static final long LATE = TimeUnit.SECONDS.toNanos(2);

    private final List<String> names;
    private final Set<Long> running = new HashSet<>();
    private final Set<Integer> done = new HashSet<>();
    private int stage = -1;
    private int lanes = 1;
    private long worked;

    /**
     * @param token the value of {@link #PROPERTY} that the stage is submitted with
     * @param names of the tasks, in the order of their partitions
     */
    StageWatch(String token, String what, List<String> names) {
        this.token = token;
        this.what = what;
        this.names = names;
    }

    synchronized boolean anyRunning() {
        return !running.isEmpty();
    }

    /** Waits for a moment until the end of each task was told: Spark tells listeners late, and results may be there before. */
    synchronized void hearOut() {
        long end = System.nanoTime() + LATE;
        try {
            while (done.size() < names.size() && System.nanoTime() < end) {
                TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void onStageSubmitted(SparkListenerStageSubmitted event) {
        if (event.properties() != null && token.equals(event.properties().getProperty(PROPERTY))) {
            stage = event.stageInfo().stageId();
        }
    }

    @Override
    public synchronized void onTaskStart(SparkListenerTaskStart event) {
        if (event.stageId() == stage) {
            running.add(event.taskInfo().taskId());
            lanes = Math.max(lanes, running.size());
            log.info(
                    "{}: {} starts on {}",
                    what,
                    name(event.taskInfo()),
                    event.taskInfo().host());
        }
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd event) {
        if (event.stageId() != stage) {
            return;
        }
        TaskInfo task = event.taskInfo();
        running.remove(task.taskId());
        if (event.reason() instanceof Success$) {
            if (done.add(task.partitionId())) {
                worked += task.duration();
                logDone(task);
                notifyAll();
            }
        } else if (event.reason() instanceof TaskFailedReason failure) {
            log.warn(
                    "{}: attempt {} of {} ended on {}: {}",
                    what,
                    task.attemptNumber() + 1,
                    name(task),
                    task.host(),
                    reason(failure));
        }
    }

    private static String reason(TaskFailedReason failure) {
        String whole = failure instanceof ExceptionFailure thrown ? thrown.description() : failure.toErrorString();
        return whole.lines().findFirst().orElse("no reason given");
    }

    private void logDone(TaskInfo task) {
        int left = names.size() - done.size();
        String rest = left == 0 ? "" : ", time left about " + spoken(worked / done.size() * left / lanes);
        log.info(
                "{}: {} of {} done ({}, {}){}",
                what,
                done.size(),
                names.size(),
                name(task),
                spoken(task.duration()),
                rest);
    }

    private String name(TaskInfo task) {
        return names.get(task.partitionId());
    }

    /** Milliseconds as {@code 40 s}, {@code 12 min} or {@code 3 h 5 min}. */
    static String spoken(long millis) {
        long seconds = Math.round(millis / 1000.0);
        if (seconds < 90) {
            return seconds + " s";
        }
        long minutes = Math.round(seconds / 60.0);
        return minutes < 90 ? minutes + " min" : minutes / 60 + " h " + minutes % 60 + " min";
    }
}
