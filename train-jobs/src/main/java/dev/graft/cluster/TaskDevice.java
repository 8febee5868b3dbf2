// SPDX-License-Identifier: Apache-2.0
package dev.graft.cluster;

import dev.graft.nn.engine.Devices;
import java.io.Serializable;
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
     * @param visible the process's {@code CUDA_VISIBLE_DEVICES}, null where it is not set
     * @throws StageException if the address is none of the visible devices
     */
    static TaskDevice gpu(String address, @Nullable String visible, int threads) {
        try {
            return new TaskDevice(Kind.GPU, Devices.index(address, visible), address, threads);
        } catch (IllegalArgumentException e) {
            throw new StageException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public String toString() {
        return switch (kind) {
            case CPU -> "the CPU (" + threads + (threads == 1 ? " thread)" : " threads)");
            case GPU -> "GPU " + address;
        };
    }
}
