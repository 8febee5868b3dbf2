// SPDX-License-Identifier: Apache-2.0
package dev.graft.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A server with the interface of Hugging Face's hub. What breaks off is gone on with; a failure of the moment is tried again after
 * a pause; what the server refuses, and a file that is not what it listed, ends in an error.
 *
 * @param base its address
 * @param token is sent to that address alone, and neither printed nor kept
 * @param timeout of a connection, and of a silence within an answer
 * @param pause before the first repetition; then twice as long each time
 */
public record Hub(URI base, Optional<String> token, Duration timeout, Duration pause) {
    private static final int RETRIES = 5;
    private static final int MOST_ATTEMPTS = 200;
    private static final int MOST_REDIRECTS = 5;
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toMillis(60);
    /** Of an answer that is held in memory. */
    private static final int MOST_BYTES = 32 << 20;

    private static final int CHUNK = 1 << 16;

    public Hub {
        String scheme = String.valueOf(base.getScheme());
        if (!(scheme.equals("https") || scheme.equals("http")) || base.getHost() == null) {
            throw new HubException("the hub is " + base + "; allowed is an address such as https://hub.example.com");
        }
    }

    /** Is told what of a file has come. */
    public interface Progress {
        void at(String file, long bytes, long of);
    }

    /** What may be tried again. */
    private static final class Interrupted extends IOException {
        private static final long serialVersionUID = 1;
        private final long after;

        Interrupted(String message, long after) {
            super(message);
            this.after = after;
        }
    }

    private interface Attempt {
        void run() throws IOException;
    }

    /** Its name, for messages: without a password. */
    @Override
    public String toString() {
        return base.getScheme() + "://" + base.getHost() + (base.getPort() < 0 ? "" : ":" + base.getPort());
    }

    URI at(String path) {
        return URI.create(base.toString().replaceFirst("/+$", "") + path);
    }

    /** A short answer. */
    String text(URI at) {
        StringBuilder text = new StringBuilder();
        repeated(at, () -> 0, () -> {
            HttpURLConnection answer = open(at, 0);
            try (InputStream in = answer.getInputStream()) {
                byte[] bytes = in.readNBytes(MOST_BYTES + 1);
                if (bytes.length > MOST_BYTES) {
                    throw new HubException(at + " answers more than " + MOST_BYTES + " bytes");
                }
                text.setLength(0);
                text.append(new String(bytes, StandardCharsets.UTF_8));
            } finally {
                answer.disconnect();
            }
        });
        return text.toString();
    }

    /**
     * Brings a file, all or none of it; what an earlier attempt left in {@code part} is gone on with.
     *
     * @throws HubException if it can't be had, or is not what was listed
     */
    void fetch(URI at, HubFile file, Path part, Path to, Progress progress) throws IOException {
        if (!Files.exists(part) || Files.size(part) > file.bytes()) {
            Files.write(part, new byte[0]);
        }
        repeated(at, () -> Files.size(part), () -> receive(at, file, part, progress));
        String hash = file.hashOf(part);
        if (!hash.equals(file.hash())) {
            Files.delete(part);
            throw new HubException(at + " has the hash " + hash + ", but the hub lists " + file.hash()
                    + "; what came was thrown away");
        }
        Files.move(part, to, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private interface Reached {
        long bytes() throws IOException;
    }

    /** Until it succeeds; gives up when nothing more comes. */
    private void repeated(URI at, Reached reached, Attempt attempt) {
        int failures = 0;
        for (int attempts = 1; ; attempts++) {
            long before = 0;
            try {
                before = reached.bytes();
                attempt.run();
                return;
            } catch (IOException e) {
                failures = more(reached, before) ? 0 : failures + 1;
                if (failures > RETRIES || attempts == MOST_ATTEMPTS) {
                    throw new HubException(
                            at + " can't be read: " + (e.getMessage() == null ? e : e.getMessage()) + ", " + attempts
                                    + " times; what has come is kept, and the same command goes on from there",
                            e);
                }
                sleep(e instanceof Interrupted given ? given.after : 0, failures);
            }
        }
    }

    private static boolean more(Reached reached, long before) {
        try {
            return reached.bytes() > before;
        } catch (IOException e) {
            return false;
        }
    }

    private void sleep(long asked, int failures) {
        long own = pause.toMillis() << Math.min(16, Math.max(0, failures - 1));
        try {
            TimeUnit.MILLISECONDS.sleep(Math.min(LONGEST_PAUSE, Math.max(asked, own)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HubException("interrupted while " + this + " was asked", e);
        }
    }

    private void receive(URI at, HubFile file, Path part, Progress progress) throws IOException {
        long have = Files.size(part);
        if (have == file.bytes()) {
            return;
        }
        HttpURLConnection answer = open(at, have);
        try (InputStream in = answer.getInputStream()) {
            boolean goesOn = answer.getResponseCode() == HttpURLConnection.HTTP_PARTIAL;
            if (goesOn
                    && !String.valueOf(answer.getHeaderField("Content-Range")).startsWith("bytes " + have + "-")) {
                Files.write(part, new byte[0]);
                throw new Interrupted("it answers another part than was asked for", 0);
            }
            long from = goesOn ? have : 0;
            long promised = answer.getContentLengthLong();
            if (promised >= 0 && promised != file.bytes() - from) {
                throw new HubException(at + " has " + (from + promised) + " bytes, but the hub lists " + file.bytes());
            }
            try (OutputStream out =
                    goesOn ? Files.newOutputStream(part, StandardOpenOption.APPEND) : Files.newOutputStream(part)) {
                copy(at, file, in, out, from, progress);
            }
        } finally {
            answer.disconnect();
        }
    }

    private static void copy(URI at, HubFile file, InputStream in, OutputStream out, long from, Progress progress)
            throws IOException {
        byte[] chunk = new byte[CHUNK];
        long have = from;
        for (int bytes = in.read(chunk); bytes >= 0; bytes = in.read(chunk)) {
            have += bytes;
            if (have > file.bytes()) {
                throw new HubException(at + " has more than the " + file.bytes() + " bytes that the hub lists");
            }
            out.write(chunk, 0, bytes);
            progress.at(file.name(), have, file.bytes());
        }
        if (have < file.bytes()) {
            throw new Interrupted("it broke off after " + have + " of " + file.bytes() + " bytes", 0);
        }
    }

    /** An answer of status 200 or 206. Redirects are followed by hand: the token goes to the hub alone. */
    private HttpURLConnection open(URI at, long from) throws IOException {
        URI next = at;
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            HttpURLConnection connection = (HttpURLConnection) next.toURL().openConnection();
            connection.setInstanceFollowRedirects(false);
            connection.setConnectTimeout((int) timeout.toMillis());
            connection.setReadTimeout((int) timeout.toMillis());
            connection.setRequestProperty("User-Agent", "graft");
            connection.setRequestProperty("Accept-Encoding", "identity");
            if (from > 0) {
                connection.setRequestProperty("Range", "bytes=" + from + "-");
            }
            if (isOwn(next)) {
                token.ifPresent(value -> connection.setRequestProperty("Authorization", "Bearer " + value));
            }
            int status = connection.getResponseCode();
            if (status == HttpURLConnection.HTTP_OK || status == HttpURLConnection.HTTP_PARTIAL) {
                return connection;
            }
            String location = connection.getHeaderField("Location");
            connection.disconnect();
            if (status / 100 != 3 || location == null) {
                throw refused(at, status, connection);
            }
            next = redirected(next, location);
        }
        throw new HubException(at + " leads to " + MOST_REDIRECTS + " other addresses and no file");
    }

    private boolean isOwn(URI at) {
        return base.getScheme().equals(at.getScheme())
                && base.getHost().equalsIgnoreCase(String.valueOf(at.getHost()))
                && base.getPort() == at.getPort();
    }

    private static URI redirected(URI from, String location) {
        URI to;
        try {
            to = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new HubException(from + " leads to \"" + location + "\", which is no address", e);
        }
        boolean allowed =
                "https".equals(to.getScheme()) || ("http".equals(to.getScheme()) && "http".equals(from.getScheme()));
        if (!allowed) {
            throw new HubException(from + " leads to " + to + "; allowed is https");
        }
        return to;
    }

    private IOException refused(URI at, int status, HttpURLConnection answer) {
        if (status == 408 || status == 429 || status >= 500) {
            String seconds = String.valueOf(answer.getHeaderField("Retry-After"));
            return new Interrupted(
                    "status " + status,
                    seconds.matches("\\d{1,6}") ? TimeUnit.SECONDS.toMillis(Long.parseLong(seconds)) : 0);
        }
        throw new HubException(
                switch (status) {
                    case 401, 403 ->
                        at + " is not open (status " + status + "): "
                                + (token.isPresent()
                                        ? "the token in HF_TOKEN does not open it; its terms may have to be accepted first"
                                        : "a token in the environment's HF_TOKEN may open it");
                    case 404 -> at + ": there is no such repository, revision or file (status 404)";
                    default -> at + " answers status " + status;
                });
    }
}
