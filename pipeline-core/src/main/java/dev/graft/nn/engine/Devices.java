// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn.engine;

import ai.djl.Device;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The engine's device for what a scheduler lent. */
public final class Devices {
    private Devices() {}

    /**
     * @param gpu its number as CUDA counts in this process; none for the CPU
     */
    public static Device of(OptionalInt gpu) {
        return gpu.isPresent() ? Device.gpu(gpu.getAsInt()) : Device.cpu();
    }

    /**
     * The number, as CUDA counts in this process, of the GPU at an address that Spark handed out.
     *
     * <p>CUDA numbers the devices of {@code CUDA_VISIBLE_DEVICES} from 0, in the order of that list. Spark does not
     * set it, and {@code nvidia-smi}, which discovery scripts ask, does not heed it. So an address that the list names
     * is the position in the list; without such a list a number is the index itself (all of the machine's GPUs are
     * visible, or a container shows only its own and counts them from 0). A number that a list does not name is an
     * index into what the list makes visible.
     *
     * @param visible the process's {@code CUDA_VISIBLE_DEVICES}, null where it is not set
     * @throws IllegalArgumentException if the address is none of the visible devices
     */
    public static int index(String address, @Nullable String visible) {
        List<String> names = visible == null || visible.isBlank()
                ? List.of()
                : Arrays.stream(visible.split(",")).map(String::strip).toList();
        int position = names.indexOf(address);
        if (position >= 0) {
            return position;
        }
        if (address.matches("\\d{1,4}") && (visible == null || Integer.parseInt(address) < names.size())) {
            return Integer.parseInt(address);
        }
        throw new IllegalArgumentException("Spark gave the task GPU " + address + ", and CUDA_VISIBLE_DEVICES is "
                + (visible == null ? "not set" : "\"" + visible + "\"")
                + "; allowed is an address that it names, or an index from 0. Let the discovery script print indices,"
                + " as conf/spark/gpu-discovery.sh does");
    }
}
