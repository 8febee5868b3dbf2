// SPDX-License-Identifier: Apache-2.0
package dev.graft.cluster;

import dev.graft.config.ConfigException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Where a stage's tasks run, read off Spark's settings. With the wrong ones Spark waits for ever without a word, so
 * they are refused here, all at once.
 *
 * @param gpu whether each task holds a GPU of its own
 * @param cpus CPU cores that the scheduler counts for a task ({@code spark.task.cpus})
 * @param localCores the cores of {@code local[n]}; empty on a cluster
 */
public record Placement(boolean gpu, int cpus, OptionalInt localCores) {
    static final String AMOUNT = "spark.executor.resource.gpu.amount";
    private static final String TASK_AMOUNT = "spark.task.resource.gpu.amount";
    private static final String DISCOVERY = "spark.executor.resource.gpu.discoveryScript";
    private static final String VENDOR = "spark.executor.resource.gpu.vendor";

    private static final Pattern GPU_SETTING = Pattern.compile("spark\\.\\w+\\.resource\\.gpu\\..*");
    private static final Pattern LOCAL = Pattern.compile("local(?:\\[(\\*|\\d+)(?:,\\s*\\d+)?])?");

    /**
     * Call it before the first Spark action: in local mode with a GPU setting even a plain stage never starts.
     *
     * @throws ConfigException if the settings contradict each other or the choice
     */
    public static Placement of(SparkConf conf, DeviceChoice choice) {
        String master = conf.get("spark.master", "local[*]");
        Matcher local = LOCAL.matcher(master);
        List<String> problems =
                local.matches() ? localProblems(conf, choice, master) : clusterProblems(conf, choice, master);
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        int cpus = Math.max(1, conf.getInt("spark.task.cpus", 1));
        if (local.matches()) {
            return new Placement(false, cpus, OptionalInt.of(cores(local.group(1))));
        }
        boolean gpu = conf.contains(AMOUNT)
                && switch (choice) {
                    case AUTO, GPU -> true;
                    case CPU -> false;
                };
        return new Placement(gpu, cpus, OptionalInt.empty());
    }

    /** CPU threads for each of so many tasks: a cluster's share is fixed, local cores are dealt out. */
    public int threads(int tasks) {
        if (localCores.isEmpty()) {
            return cpus;
        }
        int cores = localCores.getAsInt();
        int atOnce = Math.max(1, Math.min(tasks, cores / cpus));
        return Math.max(1, cores / atOnce);
    }

    private static int cores(@Nullable String given) {
        if (given == null) {
            return 1;
        }
        return given.equals("*") ? Runtime.getRuntime().availableProcessors() : Integer.parseInt(given);
    }

    private static List<String> localProblems(SparkConf conf, DeviceChoice choice, String master) {
        List<String> problems = new ArrayList<>();
        Arrays.stream(conf.getAll())
                .filter(setting -> GPU_SETTING.matcher(setting._1()).matches())
                .map(Placement::shown)
                .sorted()
                .map(setting -> setting + " with master " + master
                        + ": in local mode Spark has no GPU to hand out and would wait for ever; "
                        + "allowed is no spark.*.resource.gpu.* setting, or the master of a cluster")
                .forEach(problems::add);
        if (choice == DeviceChoice.GPU) {
            problems.add("device = gpu with master " + master
                    + ": in local mode Spark has no GPU to hand out; allowed is auto or cpu, or the master of a cluster"
                    + " (a standalone one on this machine will do: conf/spark/gpu-standalone.conf)");
        }
        return problems;
    }

    private static List<String> clusterProblems(SparkConf conf, DeviceChoice choice, String master) {
        List<String> problems = new ArrayList<>();
        if (conf.contains(TASK_AMOUNT)) {
            problems.add(TASK_AMOUNT + "=" + conf.get(TASK_AMOUNT) + " with master " + master
                    + ": every task of every stage would then hold a GPU, and the training stage asks for its own; "
                    + "allowed is not to set it");
        }
        if (!conf.contains(AMOUNT)) {
            if (choice == DeviceChoice.GPU) {
                problems.add("device = gpu with master " + master + ", but " + AMOUNT
                        + " is not set: Spark would give the executors no GPU; allowed is 1 or more there"
                        + " (conf/spark/gpu-standalone.conf), or device = auto or cpu");
            }
            return problems;
        }
        String amount = conf.get(AMOUNT);
        if (!amount.matches("[1-9]\\d{0,3}")) {
            problems.add(AMOUNT + "=" + amount + "; allowed is a whole number, 1 or more");
        }
        // A standalone worker finds its GPUs itself; elsewhere each executor must.
        boolean executorsDiscover = master.startsWith("yarn") || master.startsWith("k8s");
        if (executorsDiscover && !conf.contains(DISCOVERY) && !conf.contains("spark.resources.discoveryPlugin")) {
            problems.add(AMOUNT + "=" + amount + " with master " + master + ", but " + DISCOVERY
                    + " is not set: executors would die at their start, again and again; allowed is the path of a"
                    + " script such as conf/spark/gpu-discovery.sh, as executors see it");
        }
        if (master.startsWith("k8s") && !conf.contains(VENDOR)) {
            problems.add(AMOUNT + "=" + amount + " with master " + master + ", but " + VENDOR
                    + " is not set; allowed is the vendor of the cluster's device plugin, such as nvidia.com");
        }
        return problems;
    }

    private static String shown(Tuple2<String, String> setting) {
        return setting._1() + "=" + setting._2();
    }
}
