// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.util.LongAccumulator;

/** Prints every few seconds how far the documents are, less often where they are as far as before; tasks report when they end. */
final class AugmentProgress implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(3);
    private static final int MOST_QUIET = 10;

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "progress");
        thread.setDaemon(true);
        return thread;
    });
    private final LongAccumulator done;
    private final long all;
    private final long start = System.nanoTime();
    private final AtomicLong told = new AtomicLong(-1);
    private final AtomicInteger quiet = new AtomicInteger();

    private AugmentProgress(LongAccumulator done, long all) {
        this.done = done;
        this.all = all;
    }

    static AugmentProgress start(LongAccumulator done, long all) {
        AugmentProgress progress = new AugmentProgress(done, all);
        var unused = progress.clock.scheduleAtFixedRate(
                progress::tick, EVERY.toSeconds(), EVERY.toSeconds(), TimeUnit.SECONDS);
        return progress;
    }

    private void tick() {
        boolean same = told.getAndSet(done.value()) == done.value();
        if (!same || quiet.incrementAndGet() == MOST_QUIET) {
            quiet.set(0);
            print();
        }
    }

    private void print() {
        long rows = Math.min(all, done.value());
        double seconds = (System.nanoTime() - start) / 1e9;
        double rate = rows / seconds;
        System.err.printf(
                "augment: %,d of %,d documents, %.0f/s, %s%n",
                rows, all, rate, rows == 0 ? "time left not known yet" : Math.round((all - rows) / rate) + " s left");
    }

    @Override
    public void close() {
        clock.shutdownNow();
        print();
    }
}
