// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.baseline;

import ai.djl.Device;
import dev.graft.cluster.TaskDevice;

/** The scheduler's device as the engine calls it. */
public final class EngineDevice {
    private EngineDevice() {}

    public static Device of(TaskDevice device) {
        return switch (device.kind()) {
            case CPU -> Device.cpu();
            case GPU -> Device.gpu(device.index());
        };
    }
}
