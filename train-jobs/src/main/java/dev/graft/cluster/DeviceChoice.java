// SPDX-License-Identifier: Apache-2.0
package dev.graft.cluster;

/** What the user wants the work to run on. */
public enum DeviceChoice {
    /** GPUs where Spark was given some ({@code spark.executor.resource.gpu.amount}), else the CPU. */
    AUTO,
    /** The CPU, even where there are GPUs. */
    CPU,
    /** GPUs; an error where Spark was given none. */
    GPU
}
