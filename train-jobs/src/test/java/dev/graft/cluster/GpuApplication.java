// SPDX-License-Identifier: Apache-2.0
package dev.graft.cluster;

import dev.graft.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What {@link ClusterTest} submits: pieces that meet in pairs, so that two surely run at once, and write down what the
 * scheduler gave them. The GPUs exist by name only, so no piece touches one.
 */
public final class GpuApplication {
    static final int PIECES = 4;
    private static final Duration MEETING = Duration.ofSeconds(90);

    private GpuApplication() {}

    /** Arguments: the device choice, the patience in seconds, a directory that all machines see. */
    public static void main(String[] args) {
        DeviceChoice choice = DeviceChoice.valueOf(args[0]);
        Duration patience = Duration.ofSeconds(Long.parseLong(args[1]));
        String directory = args[2];
        int status = 0;
        try (JavaSparkContext spark = new JavaSparkContext(new SparkConf())) {
            GpuStage stage = new GpuStage(spark, choice, patience);
            List<Piece<Integer>> pieces = IntStream.range(0, PIECES)
                    .mapToObj(number -> new Piece<>("piece " + number, number))
                    .toList();
            List<String> results =
                    stage.run("meeting", pieces, (number, device) -> meet(number, device, Path.of(directory)));
            System.out.println("RESULTS " + String.join(",", results));
            System.out.println("PLAIN " + plainTasksThatHoldAGpu(spark));
        } catch (ConfigException e) {
            System.out.println("CONFIG " + e.getMessage());
            status = 2;
        } catch (StageException e) {
            System.out.println("STAGE " + e.getMessage());
            status = 1;
        }
        System.exit(status);
    }

    /** The first attempt leaves its device and process in a file, and goes on once its partner has done the same. */
    private static String meet(int number, TaskDevice device, Path directory)
            throws IOException, InterruptedException, TimeoutException {
        if (TaskContext.get().attemptNumber() > 0) {
            return number + " again";
        }
        Path written = Files.createTempFile(directory, "writing-", "");
        Files.writeString(
                written,
                String.join(
                        " ",
                        device.kind().name(),
                        device.address(),
                        Integer.toString(device.index()),
                        Integer.toString(device.threads()),
                        Long.toString(ProcessHandle.current().pid())));
        Files.move(written, file(directory, number), StandardCopyOption.ATOMIC_MOVE);
        Path partner = file(directory, number ^ 1);
        for (long waited = 0; Files.notExists(partner); waited += 50) {
            if (waited > MEETING.toMillis()) {
                throw new TimeoutException("piece " + number + " met nobody: the pieces do not run side by side");
            }
            Thread.sleep(50);
        }
        if (number == PIECES - 1) {
            throw new IOException("the first attempt is lost");
        }
        return number + " once";
    }

    static Path file(Path directory, int number) {
        return directory.resolve("piece-" + number);
    }

    private static long plainTasksThatHoldAGpu(JavaSparkContext spark) {
        return spark.parallelize(List.of(1, 2, 3, 4), 4)
                .filter(number -> TaskContext.get().resourcesJMap().containsKey("gpu"))
                .count();
    }
}
