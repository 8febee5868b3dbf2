// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs;

import dev.graft.nn.engine.Devices;
import java.util.OptionalInt;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.jspecify.annotations.Nullable;

/** The GPU that Spark lent to the running task, and to nobody else while it runs. */
public final class TaskGpu {
    private TaskGpu() {}

    /**
     * Its number as CUDA counts in this process; none where tasks were given none, and outside of one.
     *
     * @throws IllegalArgumentException if CUDA does not see it
     */
    public static OptionalInt index() {
        TaskContext task = TaskContext.get();
        return task == null
                ? OptionalInt.empty()
                : index(task.resourcesJMap().get("gpu"), System.getenv("CUDA_VISIBLE_DEVICES"));
    }

    static OptionalInt index(@Nullable ResourceInformation gpus, @Nullable String visible) {
        return gpus == null || gpus.addresses().length == 0
                ? OptionalInt.empty()
                : OptionalInt.of(Devices.index(gpus.addresses()[0], visible));
    }
}
