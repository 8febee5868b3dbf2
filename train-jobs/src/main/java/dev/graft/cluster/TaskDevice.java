// SPDX-License-Identifier: Apache-2.0
package dev.graft.cluster;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one task may use: given to it by the scheduler, and to nobody else while it runs.
 *
 * @param kind the CPU or a GPU
 * @param index the GPU's number as CUDA counts in this process, from 0; 0 for the CPU
 * @param address the GPU's address as Spark knows it, {@code 0} or {@code GPU-<uuid>}; {@code cpu} for the CPU
 * @param threads CPU threads that the task may keep busy, at least 1
 */
public record TaskDevice(Kind kind, int index, String address, int threads) implements Serializable {
    public enum Kind {
        CPU,
        GPU
    }

    public TaskDevice {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(address);
        if (index < 0) {
            throw new IllegalArgumentException("index is " + index + "; a device's index is 0 or more");
        }
        if (threads < 1) {
            throw new IllegalArgumentException("threads is " + threads + "; a task has at least 1");
        }
    }

    public static TaskDevice cpu(int threads) {
        return new TaskDevice(Kind.CPU, 0, "cpu", threads);
    }

    /**
     * The GPU at an address that Spark handed out.
     *
     * <p>CUDA numbers the devices of {@code CUDA_VISIBLE_DEVICES} from 0, in the order of that list. Spark does not
     * set it, and {@code nvidia-smi}, which discovery scripts ask, does not heed it. So an address that the list names
     * is the position in the list; without such a list a number is the index itself (all of the machine's GPUs are
     * visible, or a container shows only its own and counts them from 0). A number that a list does not name is an
     * index into what the list makes visible.
     *
     * @param visible the process's {@code CUDA_VISIBLE_DEVICES}, null where it is not set
     * @throws StageException if the address is none of the visible devices
     */
    static TaskDevice gpu(String address, @Nullable String visible, int threads) {
        List<String> names = visible == null || visible.isBlank()
                ? List.of()
                : Arrays.stream(visible.split(",")).map(String::strip).toList();
        int position = names.indexOf(address);
        if (position >= 0) {
            return new TaskDevice(Kind.GPU, position, address, threads);
        }
        if (address.matches("\\d{1,4}") && (visible == null || Integer.parseInt(address) < names.size())) {
            return new TaskDevice(Kind.GPU, Integer.parseInt(address), address, threads);
        }
        throw new StageException("Spark gave the task GPU " + address + ", and CUDA_VISIBLE_DEVICES is "
                + (visible == null ? "not set" : "\"" + visible + "\"")
                + "; allowed is an address that it names, or an index from 0. Let the discovery script print indices,"
                + " as conf/spark/gpu-discovery.sh does");
    }

    @Override
    public String toString() {
        return switch (kind) {
            case CPU -> "the CPU (" + threads + (threads == 1 ? " thread)" : " threads)");
            case GPU -> "GPU " + address;
        };
    }
}
