// SPDX-License-Identifier: Apache-2.0
package dev.graft.cluster;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * A Spark installation made of the test's own class path: enough for masters, workers and submits, each a JVM of its
 * own.
 */
public final class SparkHome {
    private final Path home;

    private SparkHome(Path home) {
        this.home = home;
    }

    /**
     * @param exit the exit status; -1 if it was ended because its time was up
     * @param output what it wrote to stdout and stderr
     */
    public record Ended(int exit, String output) {}

    public static SparkHome at(Path home) throws IOException {
        return at(home, jar -> true);
    }

    /**
     * @param included which jars of the class path belong to Spark
     */
    public static SparkHome at(Path home, Predicate<Path> included) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes()
                .put(
                        Attributes.Name.CLASS_PATH,
                        classPath().stream()
                                .filter(Files::isRegularFile)
                                .filter(included)
                                .map(jar -> jar.toUri().toString())
                                .collect(Collectors.joining(" ")));
        Path jars = Files.createDirectories(home.resolve("jars"));
        new JarOutputStream(Files.newOutputStream(jars.resolve("class-path.jar")), manifest).close();
        Files.createDirectories(home.resolve("conf"));
        return new SparkHome(home);
    }

    public Path directory() {
        return home;
    }

    /** Packs what the class path has as directories, the build's own classes and tests, into an application's jar. */
    public Path pack(String name) throws IOException {
        Path jar = home.resolve(name);
        Set<String> packed = new HashSet<>();
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (Path root : classPath()) {
                if (Files.isDirectory(root)) {
                    pack(root, out, packed);
                }
            }
        }
        return jar;
    }

    private static void pack(Path root, JarOutputStream out, Set<String> packed) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String entry = root.relativize(file).toString().replace('\\', '/');
                if (packed.add(entry)) {
                    out.putNextEntry(new JarEntry(entry));
                    Files.copy(file, (OutputStream) out);
                    out.closeEntry();
                }
            }
        }
    }

    /** Starts a main class of Spark; its output goes to {@code log}. */
    public Process start(Path log, Map<String, String> properties, List<String> command) throws IOException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.add("-Xmx512m");
        line.addAll(
                Arrays.asList(JavaModuleOptions.defaultModuleOptions().strip().split("\\s+")));
        properties.forEach((key, value) -> line.add("-D" + key + "=" + value));
        line.addAll(List.of("-cp", home.resolve("jars") + "/*"));
        line.addAll(command);
        ProcessBuilder process = new ProcessBuilder(line);
        process.environment().put("SPARK_HOME", home.toString());
        process.environment().put("SPARK_CONF_DIR", home.resolve("conf").toString());
        process.environment().put("SPARK_SCALA_VERSION", "2.13");
        process.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        return process.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    /** Runs {@code spark-submit} with these arguments, and ends it when its time is up. */
    public Ended submit(Duration limit, List<String> arguments) throws IOException, InterruptedException {
        Path log = Files.createTempFile(home, "submit-", ".log");
        List<String> command = new ArrayList<>(List.of("org.apache.spark.deploy.SparkSubmit"));
        command.addAll(arguments);
        Process submit = start(log, Map.of(), command);
        boolean ended = submit.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
            stop(submit);
        }
        return new Ended(ended ? submit.exitValue() : -1, Files.readString(log));
    }

    /** Ends a process and all that it started. */
    static void stop(Process process) {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }

    private static List<Path> classPath() {
        // Surefire hands its JVM a jar that only names the class path.
        String surefire = System.getProperty("surefire.test.class.path");
        String entries = surefire == null ? System.getProperty("java.class.path") : surefire;
        return Arrays.stream(entries.split(File.pathSeparator))
                .map(Path::of)
                .filter(Files::exists)
                .map(SparkHome::real)
                .distinct()
                .toList();
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
