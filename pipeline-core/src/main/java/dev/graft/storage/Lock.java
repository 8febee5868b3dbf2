// SPDX-License-Identifier: Apache-2.0
package dev.graft.storage;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that says which process works in a folder. Its owner writes it anew every minute. It is stale, and is taken over,
 * where its process ran on this machine and is gone, or where it was not written for ten minutes.
 */
public final class Lock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lock.class);
    private static final Duration STALE = Duration.ofMinutes(10);

    private final Storage storage;
    private final String file;
    private final Owner owner;
    private final ScheduledExecutorService beat;
    private final Thread atExit = new Thread(this::delete, "graft-lock");

    private Lock(Storage storage, String file, Owner owner) {
        this.storage = storage;
        this.file = file;
        this.owner = owner;
        this.beat = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "graft-lock");
            thread.setDaemon(true);
            return thread;
        });
        beat.scheduleAtFixedRate(this::renew, 1, 1, TimeUnit.MINUTES);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Another process, or another run of this one, has the lock. */
    public static final class HeldException extends IOException {
        private static final long serialVersionUID = 1;

        HeldException(String message) {
            super(message);
        }
    }

    /**
     * Who holds a lock.
     *
     * @param started milliseconds since 1970; a process number is given again after a while
     */
    private record Owner(String host, long process, long started, String token) {
        static Owner here() {
            ProcessHandle self = ProcessHandle.current();
            return new Owner(
                    thisHost(), self.pid(), started(self), UUID.randomUUID().toString());
        }

        static Optional<Owner> read(byte[] content) {
            List<String> parts =
                    List.of(new String(content, StandardCharsets.UTF_8).strip().split(" "));
            try {
                return parts.size() == 4
                        ? Optional.of(new Owner(
                                parts.get(0), Long.parseLong(parts.get(1)), Long.parseLong(parts.get(2)), parts.get(3)))
                        : Optional.empty();
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }

        byte[] content() {
            return (host + " " + process + " " + started + " " + token + "\n").getBytes(StandardCharsets.UTF_8);
        }

        boolean isGone() {
            return host.equals(thisHost())
                    && ProcessHandle.of(process)
                            .filter(ProcessHandle::isAlive)
                            .filter(each -> started(each) == started)
                            .isEmpty();
        }

        private static long started(ProcessHandle process) {
            return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        }

        private static String thisHost() {
            try {
                return InetAddress.getLocalHost().getHostName().replace(' ', '-');
            } catch (UnknownHostException e) {
                return "localhost";
            }
        }

        @Override
        public String toString() {
            return "process " + process + " on " + host;
        }
    }

    /**
     * Takes a lock, or takes over a stale one.
     *
     * @throws HeldException that names who has it
     */
    public static Lock take(Storage storage, String file, Clock clock) throws IOException {
        Owner owner = Owner.here();
        if (!storage.createNew(file, owner.content())) {
            removeStale(storage, file, clock);
            if (!storage.createNew(file, owner.content())) {
                throw new HeldException("another run took it just now (" + file + ")");
            }
        }
        return new Lock(storage, file, owner);
    }

    private static void removeStale(Storage storage, String file, Clock clock) throws IOException {
        Optional<Storage.Entry> found = storage.entry(file);
        if (found.isEmpty()) {
            return;
        }
        byte[] content = storage.read(file);
        Optional<Owner> owner = Owner.read(content);
        Duration age = Duration.ofMillis(clock.millis() - found.get().changed());
        if (!owner.map(Owner::isGone).orElse(false) && age.compareTo(STALE) < 0) {
            throw new HeldException(owner.map(Owner::toString).orElse("a process") + ", which wrote " + file + " "
                    + Math.max(0, age.toSeconds()) + " s ago; where no such process runs any more, the lock ends after "
                    + STALE.toMinutes() + " minutes, or when the file is deleted");
        }
        // Of two that find it stale, one moves it away; what was moved must be what was looked at.
        String aside = file + "." + UUID.randomUUID();
        storage.move(file, aside);
        byte[] moved = storage.read(aside);
        if (!java.util.Arrays.equals(moved, content)) {
            storage.createNew(file, moved);
            storage.delete(aside);
            throw new HeldException("another run took it just now (" + file + ")");
        }
        storage.delete(aside);
    }

    private void renew() {
        try {
            if (isOurs()) {
                storage.write(file, owner.content());
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("the lock {} can't be renewed: {}", file, e.toString());
        }
    }

    private boolean isOurs() throws IOException {
        return storage.exists(file) && Owner.read(storage.read(file)).equals(Optional.of(owner));
    }

    private void delete() {
        try {
            if (isOurs()) {
                storage.delete(file);
            }
        } catch (FileSystemException e) {
            LOG.debug("the lock {} is gone: {}", file, e.toString());
        } catch (IOException | RuntimeException e) {
            LOG.warn("the lock {} can't be deleted: {}", file, e.toString());
        }
    }

    @Override
    public void close() {
        beat.shutdownNow();
        delete();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            LOG.debug("the process is ending");
        }
    }
}
