// SPDX-License-Identifier: Apache-2.0
package dev.graft.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real standalone master and its workers, each a JVM of its own; closing ends them all. */
public final class StandaloneCluster implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);
    private static final Pattern MASTER = Pattern.compile("Starting Spark master at (spark://\\S+)");
    private static final Pattern WEB_UI = Pattern.compile("Bound MasterWebUI to .*http://[^:]+:(\\d+)");
    private static final Pattern REGISTERED = Pattern.compile("Successfully registered with master");

    private final List<Process> processes = new ArrayList<>();
    private final String master;
    private final String uiPort;

    /**
     * Starts one worker of one core for each element.
     *
     * @param gpus the addresses of the GPUs that a worker's discovery script announces, none to announce nothing; no
     *     such GPU need exist
     */
    public static StandaloneCluster start(SparkHome home, String name, List<List<String>> gpus)
            throws IOException, InterruptedException {
        Path directory = Files.createDirectories(home.directory().resolve(name));
        return new StandaloneCluster(home, directory, gpus);
    }

    private StandaloneCluster(SparkHome home, Path directory, List<List<String>> gpus)
            throws IOException, InterruptedException {
        try {
            Path masterLog = directory.resolve("master.log");
            processes.add(home.start(
                    masterLog,
                    Map.of("spark.master.rest.enabled", "false"),
                    List.of(
                            "org.apache.spark.deploy.master.Master",
                            "--host",
                            "127.0.0.1",
                            "--port",
                            "0",
                            "--webui-port",
                            "0")));
            master = await(masterLog, MASTER).group(1);
            uiPort = await(masterLog, WEB_UI).group(1);
            List<Path> logs = new ArrayList<>();
            for (int worker = 0; worker < gpus.size(); worker++) {
                Path work = Files.createDirectories(directory.resolve("worker-" + worker));
                Path log = directory.resolve("worker-" + worker + ".log");
                logs.add(log);
                processes.add(home.start(
                        log,
                        resources(work, gpus.get(worker)),
                        List.of(
                                "org.apache.spark.deploy.worker.Worker",
                                "--host",
                                "127.0.0.1",
                                "--cores",
                                "1",
                                "--memory",
                                "1g",
                                "--work-dir",
                                work.toString(),
                                "--webui-port",
                                "0",
                                master)));
            }
            for (Path log : logs) {
                await(log, REGISTERED);
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** {@code spark://host:port}. */
    public String master() {
        return master;
    }

    /** The port of the master's web UI. */
    public String uiPort() {
        return uiPort;
    }

    @Override
    public void close() {
        for (int i = processes.size() - 1; i >= 0; i--) {
            SparkHome.stop(processes.get(i));
        }
    }

    private static Map<String, String> resources(Path work, List<String> gpus) throws IOException {
        if (gpus.isEmpty()) {
            return Map.of();
        }
        Path script = work.resolve("gpu-discovery.sh");
        Files.writeString(
                script,
                "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"" + String.join("\", \"", gpus) + "\"]}'\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        Map<String, String> properties = new TreeMap<>();
        properties.put("spark.worker.resource.gpu.amount", Integer.toString(gpus.size()));
        properties.put("spark.worker.resource.gpu.discoveryScript", script.toString());
        return properties;
    }

    private Matcher await(Path log, Pattern line) throws IOException, InterruptedException {
        long end = System.nanoTime() + START.toNanos();
        while (System.nanoTime() < end) {
            Matcher found = line.matcher(Files.exists(log) ? Files.readString(log) : "");
            if (found.find()) {
                return found;
            }
            if (processes.stream().anyMatch(process -> !process.isAlive())) {
                break;
            }
            Thread.sleep(100);
        }
        throw new IllegalStateException("\"" + line + "\" did not appear in " + log + ":\n" + Files.readString(log));
    }
}
