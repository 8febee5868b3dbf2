// SPDX-License-Identifier: Apache-2.0
package dev.graft.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.graft.storage.Sha256;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a server of this machine that answers as a hub does, and as it should not. */
class HubRepositoryTest {
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    private static final String WEIGHTS = "model.safetensors";
    private static final HubRepository TINY = HubRepository.of("some/tiny").orElseThrow();

    @TempDir
    Path cache;

    private final Map<String, byte[]> files = new HashMap<>();
    private final Map<String, Misbehaviour> misbehaviours = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final List<String> tokens = new ArrayList<>();
    private String listing = "";
    private HttpServer server;

    private interface Misbehaviour {
        /** Whether it has answered. */
        boolean answer(HttpExchange exchange, byte[] content) throws IOException;
    }

    @BeforeEach
    void serve() throws IOException {
        byte[] weights = new byte[300_000];
        new Random(1).nextBytes(weights);
        files.put(WEIGHTS, weights);
        files.put("config.json", bytes("{\"model_type\": \"bert\"}"));
        files.put("vocab.txt", new byte[0]);
        files.put("pytorch_model.bin", bytes("not wanted"));
        files.put("onnx/model.onnx", bytes("not wanted"));
        files.put("../../outside", bytes("not wanted"));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Hub hub() {
        return hub(Optional.of("secret-token"));
    }

    private Hub hub(Optional<String> token) {
        return new Hub(
                URI.create("http://localhost:" + server.getAddress().getPort()),
                token,
                Duration.ofMillis(500),
                Duration.ofMillis(1));
    }

    private Path pull() {
        return TINY.pull(hub(), cache, Optional.empty(), (file, bytes, of) -> {});
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        asked.add(path
                + Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range"))
                        .map(range -> " " + range)
                        .orElse(""));
        tokens.add(exchange.getRequestHeaders().getFirst("Host").replaceFirst(":.*", "") + " "
                + exchange.getRequestHeaders().getFirst("Authorization"));
        String name = path.replaceFirst("^/some/tiny/resolve/" + COMMIT + "/|^/elsewhere/", "");
        byte[] content = path.startsWith("/api/models/some/tiny/revision/main")
                ? bytes(listing.isEmpty() ? listed() : listing)
                : files.get(name);
        Misbehaviour misbehaviour = misbehaviours.get(name.startsWith("/api") ? "listing" : name);
        if (content == null) {
            exchange.sendResponseHeaders(404, -1);
        } else if (misbehaviour == null || !misbehaviour.answer(exchange, content)) {
            serve(exchange, content);
        }
        exchange.close();
    }

    private static void serve(HttpExchange exchange, byte[] content) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
        if (range != null) {
            exchange.getResponseHeaders()
                    .add("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        send(exchange, range == null ? 200 : 206, Arrays.copyOfRange(content, from, content.length));
    }

    private static void send(HttpExchange exchange, int status, byte[] content) throws IOException {
        exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
        if (content.length > 0) {
            exchange.getResponseBody().write(content);
        }
    }

    private String listed() {
        return files.entrySet().stream()
                .map(file -> file(file.getKey(), file.getValue().length, file.getValue()))
                .collect(Collectors.joining(
                        ",",
                        "{\"sha\": \"" + COMMIT + "\", \"cardData\": {\"license\": \"mit\"}, \"siblings\": [",
                        "]}"));
    }

    private static String file(String name, long size, byte[] content) {
        String lfs = name.endsWith(".safetensors") || name.endsWith(".bin") || name.endsWith(".gguf")
                ? ", \"lfs\": {\"sha256\": \"" + sha256(content) + "\"}"
                : "";
        return "{\"rfilename\": \"" + name + "\", \"size\": " + size + ", \"blobId\": \"" + git(content) + "\"" + lfs
                + "}";
    }

    private static String sha256(byte[] content) {
        return Sha256.hex(Sha256.digest().digest(content));
    }

    private static String git(byte[] content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            digest.update(bytes("blob " + content.length + "\0"));
            return Sha256.hex(digest.digest(content));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Sends so much of what is asked for, and closes the connection. */
    private static Misbehaviour breaksOffAfter(int bytes) {
        return (exchange, content) -> {
            String range = exchange.getRequestHeaders().getFirst("Range");
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            if (content.length - from <= bytes) {
                return false;
            }
            if (range != null) {
                exchange.getResponseHeaders()
                        .add("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
            }
            exchange.sendResponseHeaders(range == null ? 200 : 206, content.length - from);
            exchange.getResponseBody().write(content, from, bytes);
            exchange.getResponseBody().flush();
            return true;
        };
    }

    @Test
    void theFilesOfOneModelComeAndNothingElse() throws IOException {
        Path folder = pull();
        assertThat(folder).isEqualTo(cache.resolve("hub/some--tiny/" + COMMIT));
        assertThat(TINY.in(cache)).contains(folder);
        assertThat(HubRepository.of("some/tiny@v2").orElseThrow().in(cache)).isEmpty();
        assertThat(folder.resolve("ORIGIN"))
                .hasContent("some/tiny at " + COMMIT + " of http://localhost:"
                        + server.getAddress().getPort() + "; mit");
        try (Stream<Path> all = Files.walk(cache)) {
            assertThat(all.filter(Files::isRegularFile).map(cache::relativize).map(Path::toString))
                    .containsExactlyInAnyOrder(
                            ".downloads/lock",
                            "hub/some--tiny/refs/main",
                            "hub/some--tiny/" + COMMIT + "/ORIGIN",
                            "hub/some--tiny/" + COMMIT + "/config.json",
                            "hub/some--tiny/" + COMMIT + "/vocab.txt",
                            "hub/some--tiny/" + COMMIT + "/" + WEIGHTS);
        }
        assertThat(folder.resolve(WEIGHTS)).hasBinaryContent(files.get(WEIGHTS));
        asked.clear();
        pull();
        assertThat(asked).containsExactly("/api/models/some/tiny/revision/main");
    }

    @Test
    void aFileThatWasDamagedComesAgain() throws IOException {
        Path folder = pull();
        Files.write(folder.resolve("config.json"), bytes("{\"model_type\": \"xert\"}"));
        asked.clear();
        pull();
        assertThat(asked)
                .containsExactly(
                        "/api/models/some/tiny/revision/main", "/some/tiny/resolve/" + COMMIT + "/config.json");
        assertThat(folder.resolve("config.json")).hasBinaryContent(files.get("config.json"));
    }

    @Test
    void whatBreaksOffIsGoneOnWith() {
        misbehaviours.put(WEIGHTS, breaksOffAfter(40_000));
        assertThat(pull().resolve(WEIGHTS)).hasBinaryContent(files.get(WEIGHTS));
        assertThat(asked.stream().filter(each -> each.contains(WEIGHTS)).toList())
                .hasSizeGreaterThan(5);
    }

    @Test
    void theNextPullGoesOnFromWhatAKilledOneLeft() {
        misbehaviours.put(WEIGHTS, (exchange, content) -> {
            if (exchange.getRequestHeaders().getFirst("Range") == null) {
                return breaksOffAfter(100_000).answer(exchange, content);
            }
            send(exchange, 503, bytes("busy"));
            return true;
        });
        assertThatThrownBy(this::pull)
                .isInstanceOf(HubException.class)
                .hasMessageContaining("status 503")
                .hasMessageContaining("the same command goes on from there");
        assertThat(TINY.in(cache)).isEmpty();
        misbehaviours.clear();
        asked.clear();
        assertThat(pull().resolve(WEIGHTS)).hasBinaryContent(files.get(WEIGHTS));
        assertThat(asked)
                .containsExactly(
                        "/api/models/some/tiny/revision/main",
                        "/some/tiny/resolve/" + COMMIT + "/" + WEIGHTS + " bytes=100000-");
    }

    @Test
    void whatACutOffPullOfAnotherCommitLeftIsTakenOrGoes() throws IOException {
        Path left = Files.createDirectories(cache.resolve("hub/some--tiny/." + "f".repeat(40)));
        Files.write(left.resolve(WEIGHTS), files.get(WEIGHTS));
        Files.writeString(left.resolve("config.json"), "of an older commit");
        Files.writeString(left.resolve("vocab.txt.part"), "half");
        assertThat(pull().resolve("config.json")).hasBinaryContent(files.get("config.json"));
        assertThat(asked).hasSize(2).noneMatch(path -> path.contains(WEIGHTS));
        assertThat(left).doesNotExist();
    }

    @Test
    void aServerThatIgnoresTheRangeStartsAnew() {
        misbehaviours.put(WEIGHTS, (exchange, content) -> {
            if (exchange.getRequestHeaders().getFirst("Range") == null) {
                misbehaviours.put(WEIGHTS, (again, whole) -> {
                    send(again, 200, whole);
                    return true;
                });
                return breaksOffAfter(100_000).answer(exchange, content);
            }
            return false;
        });
        assertThat(pull().resolve(WEIGHTS)).hasBinaryContent(files.get(WEIGHTS));
    }

    @Test
    void aSilentServerIsAskedAgain() {
        int[] times = new int[1];
        misbehaviours.put(WEIGHTS, (exchange, content) -> {
            if (times[0]++ == 0) {
                exchange.sendResponseHeaders(200, content.length);
                exchange.getResponseBody().write(content, 0, 1000);
                exchange.getResponseBody().flush();
                sleep(900);
                return true;
            }
            return false;
        });
        assertThat(pull().resolve(WEIGHTS)).hasBinaryContent(files.get(WEIGHTS));
    }

    private static void sleep(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void theTokenGoesToTheHubAlone() {
        misbehaviours.put(WEIGHTS, (exchange, content) -> {
            if (exchange.getRequestURI().getPath().startsWith("/elsewhere")) {
                return false;
            }
            exchange.getResponseHeaders()
                    .add("Location", "http://127.0.0.1:" + server.getAddress().getPort() + "/elsewhere/" + WEIGHTS);
            exchange.sendResponseHeaders(302, -1);
            return true;
        });
        assertThat(pull().resolve(WEIGHTS)).hasBinaryContent(files.get(WEIGHTS));
        assertThat(tokens)
                .contains("127.0.0.1 null", "localhost Bearer secret-token")
                .doesNotContain("localhost null");
        assertThat(tokens.stream().filter(each -> each.startsWith("127"))).containsOnly("127.0.0.1 null");
    }

    @Test
    void redirectsWithoutEndAndToOtherSchemesAreRefused() {
        misbehaviours.put("config.json", (exchange, content) -> {
            exchange.getResponseHeaders()
                    .add("Location", exchange.getRequestURI().getPath());
            exchange.sendResponseHeaders(302, -1);
            return true;
        });
        assertThatThrownBy(this::pull).hasMessageContaining("leads to 5 other addresses");
        misbehaviours.put("config.json", (exchange, content) -> {
            exchange.getResponseHeaders().add("Location", "file:///etc/passwd");
            exchange.sendResponseHeaders(302, -1);
            return true;
        });
        assertThatThrownBy(this::pull).hasMessageContaining("leads to file:///etc/passwd; allowed is https");
    }

    @Test
    void aSizeThatIsNotTheListedOneIsRefused() {
        byte[] weights = Objects.requireNonNull(files.get(WEIGHTS));
        listing = listed().replace("\"size\": " + weights.length, "\"size\": " + (weights.length - 7));
        assertThatThrownBy(this::pull)
                .isInstanceOf(HubException.class)
                .hasMessageContaining("has 300000 bytes, but the hub lists 299993");
        misbehaviours.put(WEIGHTS, (exchange, content) -> {
            exchange.sendResponseHeaders(200, 0); // in chunks, without a length
            exchange.getResponseBody().write(content);
            return true;
        });
        assertThatThrownBy(this::pull).hasMessageContaining("has more than the 299993 bytes that the hub lists");
        assertThat(TINY.in(cache)).isEmpty();
    }

    @Test
    void otherContentIsThrownAway() {
        misbehaviours.put(WEIGHTS, (exchange, content) -> {
            byte[] other = content.clone();
            other[5]++;
            send(exchange, 200, other);
            return true;
        });
        assertThatThrownBy(this::pull)
                .hasMessageContaining("has the hash ")
                .hasMessageContaining("what came was thrown away");
        misbehaviours.clear();
        assertThat(pull().resolve(WEIGHTS)).hasBinaryContent(files.get(WEIGHTS));
    }

    @Test
    void aBusyServerIsAskedAgain() {
        int[] times = new int[1];
        misbehaviours.put("listing", (exchange, content) -> {
            if (times[0]++ < 3) {
                send(exchange, 429, bytes("slowly"));
                return true;
            }
            return false;
        });
        assertThat(pull()).exists();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void whatIsNotOpenSaysSoWithoutTheToken(int status) {
        misbehaviours.put("listing", (exchange, content) -> {
            send(exchange, status, bytes("closed"));
            return true;
        });
        assertThatThrownBy(this::pull)
                .hasMessageContaining("is not open (status " + status + ")")
                .hasMessageContaining("HF_TOKEN does not open it")
                .hasMessageNotContaining("secret-token");
        assertThatThrownBy(() -> TINY.pull(hub(Optional.empty()), cache, Optional.empty(), (file, bytes, of) -> {}))
                .hasMessageContaining("a token in the environment's HF_TOKEN may open it");
    }

    @Test
    void whatIsNotThereIsSaid() {
        HubRepository none = HubRepository.of("some/other@v1").orElseThrow();
        assertThatThrownBy(() -> none.pull(hub(), cache, Optional.empty(), (file, bytes, of) -> {}))
                .hasMessageContaining("no such repository, revision or file (status 404)");
        listing = "<html>";
        assertThatThrownBy(this::pull).hasMessageContaining("answers no JSON where some/tiny is asked for");
        listing = "{\"sha\": \"../../x\"}";
        assertThatThrownBy(this::pull).hasMessageContaining("is the commit \"../../x\"");
    }

    @Test
    void ofSeveralGgufFilesOneIsNamed() {
        files.clear();
        files.put("tiny.Q4_1.gguf", bytes("four"));
        files.put("tiny.Q8_0.gguf", bytes("eight"));
        assertThatThrownBy(this::pull)
                .hasMessageContaining("has 2 files for --file")
                .hasMessageContaining("tiny.Q4_1.gguf")
                .hasMessageContaining("tiny.Q8_0.gguf");
        Path folder = TINY.pull(hub(), cache, Optional.of("tiny.Q8_0.gguf"), (file, bytes, of) -> {});
        assertThat(folder.resolve("tiny.Q8_0.gguf")).hasContent("eight");
        assertThat(folder.resolve("tiny.Q4_1.gguf")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"tiny", "some/", "/tiny", "a/b/c", "../x", "some/..", "some/ti ny", "some/tiny@", "a/b@../x"})
    void otherNamesAreNone(String id) {
        assertThat(HubRepository.of(id)).isEmpty();
    }
}
