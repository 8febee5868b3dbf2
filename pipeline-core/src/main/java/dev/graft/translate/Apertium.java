// SPDX-License-Identifier: Apache-2.0
package dev.graft.translate;

import dev.graft.storage.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One direction of an Apertium pair as a resident process: all stages of the pair's mode under one shell, each flushing
 * at NUL ({@code -z}). A sentence is a flush of its own, so none sees its neighbours. A process that died is started
 * again once a call. May be shared by threads, which take turns.
 */
public final class Apertium implements Translator {
    private static final Path MODES = Path.of("/usr/share/apertium/modes");
    private static final Pattern DATA = Pattern.compile("'(/[^']+)'");
    private static final Pattern SPECIAL = Pattern.compile("[\\[\\]{}^$@\\\\/<>]");
    private static final Pattern ESCAPED = Pattern.compile("\\\\([\\[\\]{}^$@\\\\/<>])");
    /** A blank in Apertium's stream format; without one the generator keeps the last word back until more comes. */
    private static final String END = "[\n]";

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration PER_SENTENCE = Duration.ofSeconds(2);

    private final String mode;
    private final String command;
    private @Nullable Process process;

    /**
     * @param mode such as {@code en-eo}
     * @param debianPackage named to the user where the mode is missing
     * @throws TranslationException if the pair is not installed
     */
    public Apertium(String mode, String debianPackage) {
        this.mode = mode;
        Path file = MODES.resolve(mode + ".mode");
        if (!Files.isReadable(file)) {
            throw new TranslationException("Apertium's mode " + mode + " is not installed (no " + file
                    + "); on Debian or Ubuntu: apt-get install -y apertium " + debianPackage);
        }
        try {
            command = resident(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file + ": " + e, e);
        }
    }

    /** That a pair is missing, and the command that installs it. */
    public static String missing(Pivot pivot) {
        return "Apertium's modes " + pivot.there() + " and " + pivot.back()
                + " are not installed; on Debian or Ubuntu: apt-get install -y apertium " + pivot.debianPackage();
    }

    /** Whether a pair is installed. */
    public static boolean isInstalled(Pivot pivot) {
        return Files.isReadable(MODES.resolve(pivot.there() + ".mode"))
                && Files.isReadable(MODES.resolve(pivot.back() + ".mode"));
    }

    /** The version of the programs, and a hash of the mode and of all data that it names. */
    public static String version(String mode) {
        try {
            MessageDigest digest = Sha256.digest();
            String stages = Files.readString(MODES.resolve(mode + ".mode"));
            digest.update(stages.getBytes(StandardCharsets.UTF_8));
            for (Matcher data = DATA.matcher(stages); data.find(); ) {
                digest.update(Sha256.bytes(Sha256.of(Path.of(data.group(1)))));
            }
            Process process = new ProcessBuilder("lt-proc", "-v").start();
            String program = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return program + ", data " + Sha256.hex(digest.digest());
        } catch (IOException e) {
            throw new UncheckedIOException("can't tell the version of Apertium's " + mode + ": " + e, e);
        }
    }

    /** Every stage flushes at NUL, unknown words stay unmarked. */
    private static String resident(String mode) {
        List<String> stages = new ArrayList<>();
        for (String stage : mode.strip().split("\\|")) {
            String[] program = stage.strip().split(" ", 2);
            stages.add(program[0] + " -z "
                    + (program.length > 1 ? program[1].replace("$1", "-n").replace("$2", "") : ""));
        }
        return String.join(" | ", stages);
    }

    @Override
    public synchronized List<String> translate(List<String> sentences) {
        try {
            return attempt(sentences);
        } catch (IOException first) {
            stop();
            try {
                return attempt(sentences);
            } catch (IOException second) {
                stop();
                second.addSuppressed(first);
                throw new TranslationException(
                        "Apertium " + mode + " did not answer for " + sentences.size()
                                + " sentences, and not after a restart: " + second.getMessage(),
                        second);
            }
        }
    }

    private List<String> attempt(List<String> sentences) throws IOException {
        Process running = running();
        Duration limit = START.plus(PER_SENTENCE.multipliedBy(sentences.size()));
        CompletableFuture<Void> watchdog = CompletableFuture.runAsync(
                () -> kill(running), CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS));
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(running, sentences));
        try {
            InputStream in = running.getInputStream();
            List<String> translations = new ArrayList<>(sentences.size());
            for (int i = 0; i < sentences.size(); i++) {
                translations.add(clean(readToNul(in)));
            }
            return translations;
        } finally {
            watchdog.cancel(false);
            writer.cancel(false);
        }
    }

    private Process running() throws IOException {
        if (process == null || !process.isAlive()) {
            process = new ProcessBuilder("sh", "-c", command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        }
        return process;
    }

    private static void write(Process process, List<String> sentences) {
        try {
            OutputStream out = process.getOutputStream();
            for (String sentence : sentences) {
                String plain = sentence.replace('\0', ' ').replace('\n', ' ');
                out.write(SPECIAL.matcher(plain).replaceAll("\\\\$0").getBytes(StandardCharsets.UTF_8));
                out.write(END.getBytes(StandardCharsets.UTF_8));
                out.write(0);
                out.flush();
            }
        } catch (IOException e) {
            // The reader sees the end of the stream, and that is where it is dealt with.
            kill(process);
        }
    }

    private String readToNul(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int b = in.read(); b != 0; b = in.read()) {
            if (b < 0) {
                throw new IOException("the process of mode " + mode + " ended");
            }
            bytes.write(b);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private String clean(String answer) throws IOException {
        if (!answer.endsWith(END)) {
            throw new IOException("a stage of mode " + mode + " ended within a sentence");
        }
        String text = answer.substring(0, answer.length() - END.length());
        return ESCAPED.matcher(text).replaceAll("$1").replaceAll("  +", " ").strip();
    }

    private void stop() {
        if (process != null) {
            kill(process);
            process = null;
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    @Override
    public synchronized void close() {
        stop();
    }
}
